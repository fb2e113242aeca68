"""1-14 信息包一致性: the package received is the package sent, by digest and by register."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, NotApplicable, Property, Remark
from lantai.core.checks.context import CheckContext
from lantai.core.checks.reading import FileReading
from lantai.core.packages.transfer.digest_files import digest_of_manifest


class PackageIsTheOneSent(Check):
    """Its lists and metadata match the manifest; its manifest matches the register."""

    id = "1-14"
    property = Property.AUTHENTICITY
    name_zh = "信息包一致性"
    name_en = "package unchanged"
    clauses = ("DA/T 70-2018 1-14",)
    needs_metadata = False

    def examine_package(self, context: CheckContext) -> Iterator[Remark]:
        """The files that are no content, then the whole."""
        index = context.index
        if not index.algorithms():
            if context.has_metadata:
                yield context.finding("no-manifest")
            else:
                yield NotApplicable("no manifest")
            return
        for kind in ("metadata", "head", "other"):
            for file in index.files(kind):
                claims = index.digests(file.path)
                real = (
                    FileReading(context.package.place(file.path), tuple(claims)) if claims else None
                )
                if real and any(real.digests[name] != value for name, value in claims.items()):
                    yield context.finding("changed", file.path)
        yield from _by_register(context)


def _by_register(context: CheckContext) -> Iterator[Remark]:
    expected = context.facts.package_digest.lower()
    real = digest_of_manifest(context.index)
    if not expected:
        yield context.manual("not-registered", observed=real or "-")
    elif expected != real:
        yield context.finding("register-differs", expected=expected, observed=real or "-")
