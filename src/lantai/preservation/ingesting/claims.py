"""Claims 信息包的权属声明: whose records a package says it holds, and what speaks against it.

A package may not bring records into another archives, nor into a fonds that is not the sender's:
it is refused with its code and kept apart, whatever else is right with it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from lantai.core.packages.package import Package
from lantai.foundation.institutions.models import Institution

FOR_ANOTHER, OF_ANOTHER, FONDS = "for-another-archives", "of-another-archives", "another-fonds"


@dataclass(frozen=True)
class Objection:
    """What speaks against a package: its code, the place in it, the words."""

    code: str
    path: str
    zh: str
    en: str


def objection_to_place(package: Package, holder: Institution) -> Objection | None:
    """The package names another archives as its receiver, or a unit of another as its sender."""
    head = package.manifest
    if head is None:
        return None
    others = Institution.objects.exclude(pk=holder.pk)
    receiver, sender = head.receiver.strip(), head.sender.strip()
    if receiver and receiver != holder.name:
        archives = others.filter(kind=Institution.ARCHIVES, name=receiver).first()
        if archives is not None:
            return Objection(
                FOR_ANOTHER, package.identifier,
                f"说明文件写的接收单位是{archives.name}，不是{holder.name}；请送交该馆",
                f"the package is addressed to {archives.code}, not to {holder.code}",
            )  # fmt: skip
    units = (
        Institution.objects.filter(kind=Institution.UNIT, name=sender) if sender else others.none()
    )
    if units.exists() and not units.filter(archives=holder).exists():
        return Objection(
            OF_ANOTHER, package.identifier,
            f"{sender}不向{holder.name}移交档案；请核对移交单位",
            f"the sender does not transfer to {holder.code}",
        )  # fmt: skip
    return None


def objection_to_fonds(
    package: Package, own: Collection[str], among: Collection[str] | None = None
) -> Objection | None:
    """The first record that claims a fonds 全宗号 other than these, by its value or its code.

    ``among``: only such claims count (the fonds that are registered); None: any.
    """
    for item in package.items():
        told = item.values.get("fonds", "").strip()
        of_code = (
            item.reference_code.partition("-")[0].strip() if "-" in item.reference_code else ""
        )
        for claimed in filter(None, (told, of_code)):
            if claimed not in own and (among is None or claimed in among):
                return Objection(
                    FONDS, item.metadata_path or item.folder,
                    f"“{item.name}”声称属于全宗 {claimed[:40]}，移交单位的全宗是"
                    f"{'、'.join(sorted(own))}；请核对全宗号和档号",
                    f"{item.name} claims the fonds {claimed[:40]!r}, the sender has {sorted(own)}",
                )  # fmt: skip
    return None
