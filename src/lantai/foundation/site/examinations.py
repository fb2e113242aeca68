"""Examinations 自检: what `lantai doctor` and /readyz ask."""

from __future__ import annotations

import hashlib
import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError
from django.utils import timezone

from lantai.core.registry import Shelf
from lantai.core.tools import optional_tools
from lantai.foundation.changes.following import backlog
from lantai.foundation.jobs.models import Job

Finding = dict[str, str]
LEAST_FREE_BYTES = 1 << 30  # below a gigabyte an ingest will stop soon
LONG_BACKLOG = 50_000  # changes: the index is minutes behind


class Examination(ABC):
    """自检项: one thing a feature above lets `lantai doctor` look at; found by its place."""

    id: str = ""

    @abstractmethod
    def look(self) -> Iterator[Finding]:
        """What is wrong, if anything, as `finding` makes it."""


EXAMINATIONS: Shelf[Examination] = Shelf(
    Examination,  # type: ignore[type-abstract]
    *(f"lantai.{f}" for f in ("governance", "catalogue", "preservation", "resources", "access")),
)


def examine() -> list[Finding]:
    """Every finding, errors first. One examination that breaks does not hide the others."""
    found: list[Finding] = []
    above = [examination().look for examination in EXAMINATIONS.all().values()]
    for look in (_folders, _digest, _database, _space, _queue, _followers, *above, _tools):
        try:
            found += list(look())
        except Exception as problem:
            found.append(
                finding(
                    "error", look.__name__.strip("_"), f"检查没有完成 / could not look: {problem}"
                )
            )
    order = {"error": 0, "warning": 1, "info": 2}
    return sorted(found, key=lambda f: order[f["severity"]])


def finding(severity: str, code: str, message: str, next_step: str = "") -> Finding:
    """One finding: how grave, its code, what it is in both languages, and the next step."""
    return {"severity": severity, "code": code, "message": message, "next": next_step}


def _folders() -> Iterator[Finding]:
    place = settings.LANTAI
    for folder in (place.data, place.logs, place.incoming, place.ledger):
        if not folder.is_dir():
            yield finding("error", "folder-missing", f"缺少目录 missing: {folder}", "lantai init")
        elif not os.access(folder, os.W_OK):
            yield finding(
                "error",
                "folder-read-only",
                f"目录不可写 not writable: {folder}",
                f"chmod u+w {folder}",
            )
    if place.keys.is_dir() and place.keys.stat().st_mode & 0o077:
        yield finding(
            "error",
            "keys-open",
            "密钥目录可被他人读取 / others can read the keys",
            f"chmod 700 {place.keys}",
        )


def _digest() -> Iterator[Finding]:
    if "sm3" not in hashlib.algorithms_available:
        yield finding(
            "warning",
            "sm3-slow",
            "本机 OpenSSL 不含 SM3，改用较慢的实现 / SM3 is not in this OpenSSL: slower",
            "安装含 SM3 的 OpenSSL 3 / install OpenSSL 3 with SM3",
        )


def _database() -> Iterator[Finding]:
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as problem:
        yield finding(
            "error",
            "database",
            f"数据库连不上 / no database: {problem}",
            "检查 LANTAI_DATABASE_URL",
        )
        return
    if plan:
        yield finding(
            "error",
            "schema-old",
            f"数据库结构差 {len(plan)} 步 / schema is behind",
            "lantai migrate",
        )


def _space() -> Iterator[Finding]:
    free = shutil.disk_usage(settings.LANTAI.data).free
    if free < LEAST_FREE_BYTES:
        yield finding(
            "warning",
            "disk-low",
            f"磁盘只剩 {free >> 20} MB / disk is nearly full",
            "扩容或清理 / make room",
        )


def _queue() -> Iterator[Finding]:
    if not connection.introspection.table_names():
        return
    failed = Job.objects.filter(state=Job.FAILED).count()
    if failed:
        yield finding(
            "warning", "jobs-failed", f"{failed} 项任务失败 / jobs failed", "lantai job list"
        )
    late = timezone.now() - timedelta(minutes=10)
    if Job.objects.filter(state=Job.WAITING, run_after__lt=late).exists():
        yield finding(
            "error",
            "no-worker",
            "任务排队超过十分钟没有执行 / nobody works the queue",
            "lantai worker",
        )


def _followers() -> Iterator[Finding]:
    for name, behind in backlog().items():
        if behind > LONG_BACKLOG:
            yield finding(
                "warning",
                "follower-behind",
                f"{name} 落后 {behind} 条变更 / is behind",
                "lantai worker",
            )


def _tools() -> Iterator[Finding]:
    for tool in optional_tools():
        if not tool.present:
            yield finding(
                "info",
                f"no-{tool.id}",
                f"未安装 {tool.id}：{tool.purpose_zh} / not installed: {tool.purpose_en}",
                f"apt-get install {tool.package}",
            )
