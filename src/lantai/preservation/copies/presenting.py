"""How the desk of copies shows what it knows: lines of tables, words for rules."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from lantai.preservation.peering.models import PeerPoll
from lantai.preservation.recovery.models import BackupRun, RestoreDrill
from lantai.preservation.replication.models import CarrierSet
from lantai.preservation.replication.policy import copy_policies
from lantai.preservation.replication.queries import carriers, store_lines

SHOWN = 20


def size_words(count: float) -> str:
    """Bytes in words, binary steps."""
    value = float(count)
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if value < 1024 or unit == "TiB":
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    return ""


def span_words(seconds: float | None) -> str:
    """A length of time in words: 3 秒, 12 分钟, 5 小时, 2 天."""
    if seconds is None:
        return "—"
    for limit, size, word in (
        (120, 1, _("秒")),
        (7_200, 60, _("分钟")),
        (172_800, 3_600, _("小时")),
    ):
        if seconds < limit:
            return f"{seconds / size:.1f} {word}" if size == 1 else f"{seconds / size:.0f} {word}"
    return f"{seconds / 86_400:.0f} {_('天')}"


def rule_words() -> dict[str, str]:
    """What a policy asks, in words."""
    return {
        "copies": _("份数"),
        "places": _("存放地点"),
        "threats": _("灾害区"),
        "media": _("介质种类"),
        "offline": _("离线份数"),
    }


def lacking_lines(found: dict[str, Any]) -> list[str]:
    """What the objects that do not fulfil the policy lack."""
    words, policy = rule_words(), found["policy"]
    return [
        _("%(rule)s不足（要求 %(wanted)s）：%(count)s 个对象")
        % {"rule": words[rule], "wanted": getattr(policy, rule), "count": count}
        for rule, count in found["lacking"].items()
    ]


def policy_options() -> list[dict[str, str]]:
    """Every policy to choose from."""
    rows = sorted(copy_policies().all().values(), key=lambda policy: policy.id)
    return [{"value": policy.id, "label": policy.label} for policy in rows]


def store_table() -> dict[str, Any]:
    """The stores with what they hold."""
    names = (_("存储库"), _("存放地点"), _("灾害区"), _("介质"), _("对象"), _("待复制"), _("状态"))
    rows = [{"id": line["code"], "cells": _store_cells(line)} for line in store_lines()]
    return {"columns": [{"label": name} for name in names], "rows": rows}


def medium_words() -> dict[str, str]:
    """Kinds of media by code."""
    return {"disk": _("磁盘"), "object": _("对象存储"), "optical": _("光盘"), "tape": _("磁带")}


def _store_cells(line: dict[str, Any]) -> list[Any]:
    if line["trouble"]:
        state: dict[str, str] = {"text": _("连不上"), "tone": "fail"}
    elif line["backlog"]:
        state = {"text": _("正在补齐"), "tone": "running"}
    else:
        state = {"text": _("齐全"), "tone": "pass"}
    medium = medium_words()[line["medium"]] + (_("（离线）") if line["offline"] else "")
    return [
        line["name"], line["place"], line["threat"], medium, str(line["objects"]),
        str(line["backlog"]), state,
    ]  # fmt: skip


def carrier_table() -> dict[str, Any]:
    """The register of carriers."""
    names = (_("载体编号"), _("套别"), _("存放"), _("对象"), _("容量"), _("下次检测"), _("状态"))
    tones = {"exported": (_("已制作"), "draft"), "sound": (_("完好"), "pass"),
             "faulty": (_("不合格"), "fail")}  # fmt: skip
    rows = [{"id": row.pk, "cells": _carrier_cells(row, tones)} for row in carriers()[:SHOWN]]
    return {"columns": [{"label": name} for name in names], "rows": rows}


def _carrier_cells(row: CarrierSet, tones: dict[str, tuple[str, str]]) -> list[Any]:
    text, tone = tones[row.state]
    return [
        row.number, row.set_no, row.store.place, str(row.objects_held), size_words(row.bytes_held),
        row.test_due.isoformat(), {"text": text, "tone": tone},
    ]  # fmt: skip


def poll_table() -> dict[str, Any]:
    """The last rounds with peers."""
    names = (
        _("互校节点"),
        _("时间"),
        _("询问"),
        _("一致"),
        _("对方有误"),
        _("本馆有误"),
        _("对方缺失"),
        _("已修复"),
    )
    rows = [
        {
            "id": row.pk,
            "cells": [row.peer, f"{localtime(row.polled_at):%Y-%m-%d %H:%M}", str(row.asked),
                      str(row.agreed), str(row.peer_wrong), str(row.ours_wrong), str(row.absent),
                      str(row.mended)],
        }
        for row in PeerPoll.objects.order_by("-pk")[:SHOWN]
    ]  # fmt: skip
    return {"columns": [{"label": name} for name in names], "rows": rows}


def recovery_facts() -> list[dict[str, Any]]:
    """The last backup and the last restore drill, with what was measured."""
    backup = BackupRun.objects.order_by("-pk").first()
    drill = RestoreDrill.objects.order_by("-pk").first()
    facts: list[dict[str, Any]] = [
        {"label": _("最近备份"), "value": f"{localtime(backup.made_at):%Y-%m-%d %H:%M}" if backup
         else _("还没有备份"), "note": backup.target if backup else "lantai backup"},
        {"label": _("最近恢复演练"), "value": f"{localtime(drill.restored_at):%Y-%m-%d %H:%M}" if drill
         else _("还没有演练"), "note": "" if drill else "lantai restore --drill"},
    ]  # fmt: skip
    if drill:
        facts += [
            {"label": _("演练结果"), "value": _("合格") if drill.ok else _("不合格"),
             "tone": "pass" if drill.ok else "fail"},
            {"label": "RPO", "value": span_words(drill.rpo_seconds),
             "note": _("备份时刻到恢复开始：其间的变动会丢失")},
            {"label": "RTO", "value": span_words(drill.rto_seconds),
             "note": _("%(objects)s 个对象、%(size)s 恢复并验证所用的时间")
             % {"objects": drill.objects_restored, "size": size_words(drill.bytes_restored)}},
        ]  # fmt: skip
    return facts


def frozen_lines(rows: Any) -> list[dict[str, Any]]:
    """Frozen objects with the way to thaw each."""
    return [
        {
            "object_id": row.object_id,
            "reason": row.frozen_reason,
            "since": f"{localtime(row.frozen_at):%Y-%m-%d %H:%M}",
            "url": reverse("copies:thaw", args=[row.pk]),
            "pk": row.pk,
        }
        for row in rows[:SHOWN]
    ]
