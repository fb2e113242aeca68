"""One path taken in 一步入库: opened, checked, stored, registered; resumable, and never a crash.

A package is taken whole or sent back. A plain folder is taken file by file: each is an item of
its own with a verdict of its own; what is refused goes to the quarantine.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.fonds.operations import register_fonds
from lantai.catalogue.records.models import Record
from lantai.core.checks.ahead import Readings
from lantai.core.checks.facts import CheckFacts
from lantai.core.checks.runner import run_checks
from lantai.core.formats import risk_of
from lantai.core.formats.identification import known_as
from lantai.core.ocfl.apart import Apart
from lantai.core.packages.opening import open_package
from lantai.core.packages.package import Package, PackageUnreadable, TransferItem
from lantai.core.progress import Progress, silent
from lantai.core.proven_copy import Copies
from lantai.foundation.institutions.models import Institution
from lantai.foundation.refusal import Refusal
from lantai.foundation.sparing_memory import sparing_memory
from lantai.foundation.work import Act
from lantai.preservation.check_plans.queries import adapting_for, plan_in_force
from lantai.preservation.depositing.items import ROLES, DepositFile, DepositItem, StoredItem, uid_of
from lantai.preservation.depositing.operations import register_deposit
from lantai.preservation.depositing.place import storage_root
from lantai.preservation.depositing.storing import store_groups
from lantai.preservation.depositing.waiting import Waiting
from lantai.preservation.ingesting.claims import objection_to_fonds, objection_to_place
from lantai.preservation.ingesting.intake import Intake
from lantai.preservation.ingesting.judging import (
    REFUSING,
    drop_copies,
    judge_together,
    plain_plan,
)
from lantai.preservation.quarantine.operations import hold_file, quarantine_file

DEFAULT_FONDS = "Z001"
FILES_AT_ONCE = 100  # of a plain folder: checked, stored and registered together
BYTES_AT_ONCE = 64 << 20  # large files are stored while the next are read
LARGE_AT_ONCE = (
    4  # however large: two are read side by side, so that each core has a digest to make
)


def ingest_path(
    act: Act, path: Path, *, holder: Institution, fonds: str = "", progress: Progress = silent
) -> dict[str, Any]:
    """Take one path in; the line of `lantai ingest`. Content faults never raise."""
    intake = Intake(act, path, holder, fonds, progress)
    try:
        with sparing_memory(), open_package(path) as package:
            return _whole(intake, package) if package.has_metadata else _plain(intake, package)
    except PackageUnreadable as problem:
        zh, _, en = str(problem).partition(" / ")
        intake.find("unreadable", path.name, zh=zh, en=en or zh)
        _quarantine(intake, path, path.name, intake.findings)
        return intake.line("unreadable")
    except Refusal as refusal:
        intake.find(refusal.code, path.name, zh=refusal.zh, en=refusal.en)
        return intake.line("fail")


def _whole(intake: Intake, package: Package) -> dict[str, Any]:
    """A package with metadata: all of it or nothing."""
    first = next(package.items(), None)
    values = first.values if first else {}
    objection = objection_to_place(package, intake.holder) or objection_to_fonds(
        package, {_fonds_code(intake, values)}, _registered(intake.holder)
    )
    if objection is not None:
        intake.find(objection.code, objection.path, zh=objection.zh, en=objection.en)
        _quarantine(intake, intake.path, intake.path.name, intake.findings)
        return intake.line("fail")
    accession = _accession(package, intake.path)
    report = run_checks(
        package, "transfer", progress=intake.progress, facts=_facts(intake.holder, accession),
        adapt=adapting_for(intake.holder),
    )  # fmt: skip
    intake.tell(report.to_json()["findings"])
    if report.verdict != "pass":
        return intake.line("fail")
    fonds = _fonds(intake, values)
    with Waiting() as waiting:
        for stored in _store(intake, package, accession, fonds):
            for item in stored:
                if item.problem is not None:
                    intake.find("not-stored", item.key, zh=str(item.problem), en="was not stored")
            waiting.put(stored)
        if intake.objected:
            return intake.line("fail")
        for group in waiting.groups():
            _register(intake, fonds, accession, group)
    _register(intake, fonds, accession, [], complete=True)
    return intake.line("pass")


def _plain(intake: Intake, package: Package) -> dict[str, Any]:
    """A plain folder or file: good files in, refused ones to the quarantine.

    Each file is checked by itself, a group at a time, and what is in already is not checked
    again: however often the work is cut off, it goes on.
    """
    accession = _accession(package, intake.path)
    fonds = _fonds(intake, {})
    done, total = 0, package.item_count()
    storing = _Storing(intake, accession, fonds)
    with Copies(storage_root().storage.new_staging) as copies, storing:
        for items in _groups(package):
            good = _good_ones(intake, package, accession, items, done, copies)
            storing.go_on([_item(package, item, fonds, readings) for item, readings in good])
            done += len(items)
            intake.progress(done, total, items[-1].folder[-200:])
        storing.go_on([])
    if not total:
        intake.find("empty", intake.path.name, zh="文件夹中没有文件", en="no file in the folder")
        return intake.line("unreadable")
    for fault in package.faults:
        intake.find(fault.code, fault.path, zh=fault.detail or "不是普通文件", en=fault.code)
    if intake.deposit is not None:
        _register(intake, fonds, accession, [], complete=True)
    return intake.line("fail" if intake.objected else "pass")


class _Storing:
    """Stores one group in a thread while the next is judged and the one before registered."""

    def __init__(self, intake: Intake, accession: str, fonds: Fonds) -> None:
        self.intake, self.accession, self.fonds = intake, accession, fonds
        self.pool = ThreadPoolExecutor(1, "storing")
        self.apart = Apart(storage_root())
        self.under_way: Future[list[StoredItem]] | None = None

    def __enter__(self) -> _Storing:
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.shutdown(wait=True, cancel_futures=True)
        self.apart.close()

    def go_on(self, wanted: list[DepositItem]) -> None:
        """Register what is stored by now, once ``wanted`` is on its way."""
        stored = self.under_way.result() if self.under_way is not None else []
        self.under_way = self.pool.submit(self._store, wanted) if wanted else None
        for item in stored:
            _say_verdict(self.intake, item)
        whole = [item for item in stored if item.problem is None]
        _register(self.intake, self.fonds, self.accession, whole)

    def _store(self, wanted: list[DepositItem]) -> list[StoredItem]:
        groups = store_groups(
            holder=self.intake.holder,
            accession=self.accession,
            items=wanted,
            fonds=self.fonds,
            root=self.apart.root,
            apart=self.apart,
        )
        return [item for group in groups for item in group]


def _groups(package: Package) -> Iterator[list[TransferItem]]:
    group: list[TransferItem] = []
    size = 0
    for item in package.items():
        group.append(item)
        for file in item.files:
            found = package.index.file(file.path)
            size += found.size if found is not None else 0
        large = size >= BYTES_AT_ONCE and len(group) >= LARGE_AT_ONCE
        if large or len(group) >= FILES_AT_ONCE:
            yield group
            group, size = [], 0
    if group:
        yield group


def _good_ones(
    intake: Intake, package: Package, accession: str, items: list[TransferItem], done: int,
    copies: Copies,
) -> list[tuple[TransferItem, Readings]]:  # fmt: skip
    """Those that are in already, and those that no check objects to, with what was read."""
    uids = {uid_of(accession, item.folder): item for item in items}
    known = set(Record.objects.filter(uid__in=uids).values_list("uid", flat=True))
    fresh = [item for uid, item in uids.items() if uid not in known]
    told = _Told(intake, done, package.item_count())
    plan = plan_in_force(plain_plan(), intake.holder)
    objections, readings = judge_together(package, fresh, plan, told, copies)
    good = []
    for item in items:
        reasons = objections.get(item.folder, [])
        intake.tell(reasons)
        against = [reason for reason in reasons if reason["severity"] == REFUSING]
        if against:
            intake.refused += 1
            drop_copies(readings.get(item.folder, {}))
            _quarantine(intake, package.place(item.folder), item.folder, against)
        else:
            good.append((item, readings.get(item.folder, {})))
    return good


@dataclass
class _Told:
    """Progress of a group inside the whole."""

    intake: Intake
    done: int
    total: int

    def __call__(self, done: int, total: int, message: str = "") -> None:
        self.intake.progress(self.done + done, self.total, message[-200:])


def _say_verdict(intake: Intake, item: StoredItem) -> None:
    if item.problem is not None:
        intake.refused += 1
        intake.find("not-stored", item.key, zh=f"没有入库：{item.problem}", en="not deposited")
        return
    for part in item.components:
        known = known_as(part["puid"], part["format_name"], part["mime"], part["path"])
        risk = risk_of(known)
        pages = item.texts.get(part["path"], ())
        count = sum(len(text) for _, text in pages)
        text = f"文本 {count} 字 text" if count else f"无文本 no text（{part['warning'] or '—'}）"
        intake.find(
            "deposited",
            item.key,
            zh=f"已入库：{part['puid']} {part['format_name']}；{risk.reason_zh}；{text}",
            en=f"deposited; risk {risk.level}: {risk.reason_en}",
            severity="info",
        )


def _store(
    intake: Intake, package: Package, accession: str, fonds: Fonds
) -> Iterator[list[StoredItem]]:
    items = (_item(package, item, fonds) for item in package.items())
    return store_groups(
        holder=intake.holder,
        accession=accession,
        items=items,
        progress=intake.progress,
        total=package.item_count(),
        fonds=fonds,
    )


def _item(
    package: Package, item: TransferItem, fonds: Fonds, readings: Readings | None = None
) -> DepositItem:
    values = {**item.values, "fonds": item.values.get("fonds") or fonds.code}
    files = []
    for number, file in enumerate(item.files, 1):
        one = DepositFile(
            package.place(file.path),
            file.path.rpartition("/")[2],
            ROLES.get(file.role, "original"),
            number,
        )
        if readings and (reading := readings.get(file.path)) is not None:
            one.digests, one.text = reading.whole_digests, reading.text
            one.identification, one.copy = reading.identification, reading.copy
        files.append(one)
    return DepositItem(
        item.reference_code or item.folder or item.name, values, files=files,
        events=item.events, received=package.received(item),
    )  # fmt: skip


def _register(
    intake: Intake, fonds: Fonds, accession: str, items: list[StoredItem], *, complete: bool = False
) -> None:
    if items or complete:
        intake.deposit = register_deposit(
            intake.act, fonds=fonds, accession=accession, stored=items, complete=complete
        )


def _fonds_code(intake: Intake, values: dict[str, str]) -> str:
    return intake.fonds_code or values.get("fonds", "").strip() or DEFAULT_FONDS


def _registered(holder: Institution) -> set[str]:
    return set(Fonds.objects.filter(holder=holder).values_list("code", flat=True))


def _fonds(intake: Intake, values: dict[str, str]) -> Fonds:
    code = _fonds_code(intake, values)
    row = Fonds.objects.filter(holder=intake.holder, code=code).first()
    name = values.get("fonds_name") or values.get("creating_unit") or f"全宗 {code}"
    return row or register_fonds(intake.act, holder=intake.holder, code=code, name=name[:200])


def _facts(holder: Institution, accession: str) -> CheckFacts:
    others = Record.objects.filter(holder=holder).exclude(accession=accession)
    return CheckFacts(code_exists=lambda code: others.filter(reference_code=code).exists())


def _accession(package: Package, path: Path) -> str:
    """The same for the same package or place, so that a second run goes on where one stopped."""
    manifest = package.manifest
    if manifest is not None and manifest.package_id:
        sender = hashlib.sha256(manifest.sender.encode()).hexdigest()[:8]
        return f"{manifest.package_id[:50]}-{sender}"
    place = hashlib.sha256(str(path.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
    return f"{''.join(c for c in path.name if c.isprintable())[:40]}-{place[:12]}"


def _quarantine(intake: Intake, source: Path, name: str, reasons: list[dict[str, Any]]) -> None:
    """Keep a refused file apart; one that can not even be copied is only told of."""
    if not source.is_file() or source.is_symlink():
        return
    try:
        held = hold_file(source)
    except OSError as problem:
        intake.find("not-held", name, zh=f"未能隔离：{problem.strerror}", en="not quarantined")
        return
    shown = Counter(reason["code"] for reason in reasons)
    quarantine_file(
        intake.act,
        holder=intake.holder,
        name=name.encode("utf-8", "replace").decode(),
        origin=intake.path.name.encode("utf-8", "replace").decode(),
        held=held,
        reasons=[{"code": r["code"], "message": r["message"][:500]} for r in reasons[:20]]
        if shown
        else [],
    )
