"""2-11 信息包内容数据完整性: every file of the manifests is in the package."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, NotApplicable, Property, Remark
from lantai.core.checks.context import CheckContext
from lantai.core.packages.names import leads_out


class PackageContentIsComplete(Check):
    """Manifests are whole, equal among themselves, and every line has its file."""

    id = "2-11"
    property = Property.INTEGRITY
    name_zh = "信息包内容数据完整性"
    name_en = "content of the package complete"
    clauses = ("DA/T 70-2018 2-11",)
    needs_metadata = False

    def examine_package(self, context: CheckContext) -> Iterator[Remark]:
        """Manifest against disk."""
        for fault in context.faults("manifest-line-bad", "manifest-line-twice"):
            yield context.finding(fault.code, fault.path, value=fault.detail)
        if not context.index.algorithms():
            yield NotApplicable("the package has no manifest")
            return
        for path, algorithm in context.index.listed_but_absent():
            manifest = f"manifest-{algorithm}.txt"
            if _astray(path):
                yield context.finding("manifest-line-leads-out", manifest, value=path)
            else:
                yield context.finding("listed-absent", path, manifest=manifest)
        for path in context.index.unequal_manifests():
            if not _astray(path):
                yield context.finding("manifests-unequal", path)


def _astray(path: str) -> bool:
    """Whether a listed path leads out of the package, or climbs within it: none of ours does."""
    return leads_out(path) or ".." in path.split("/")
