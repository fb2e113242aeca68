"""1-1 固化信息有效性: the digests recomputed equal those that metadata and manifests claim."""

from __future__ import annotations

from collections.abc import Iterator

from lantai.core.checks.check import Check, NotApplicable, Property, Remark
from lantai.core.checks.context import CheckContext


class DigestsHold(Check):
    """Both digests of every content file are recomputed from one reading of its bytes."""

    id = "1-1"
    property = Property.AUTHENTICITY
    name_zh = "固化信息有效性"
    name_en = "fixity information holds"
    clauses = ("DA/T 70-2018 1-1", "GB/T 32905 SM3")
    needs_metadata = False

    def examine_item(self, context: CheckContext) -> Iterator[Remark]:
        """The signature over the whole package of an EEP 电子签名块."""
        for fault in context.faults("signature-altered"):
            yield context.finding("package-signature-broken", fault.path, reason=fault.detail)

    def examine_file(self, context: CheckContext) -> Iterator[Remark]:
        """Compare every claim with what was read."""
        file, reading = context.file, context.reading
        if reading is None:
            return
        listed = context.index.digests(file.path)
        claims = [("metadata", name, value) for name, value in
                  (("sm3", file.sm3), ("sha512", file.sha512)) if value]  # fmt: skip
        claims += [(f"manifest-{name}.txt", name, value) for name, value in listed.items()]
        if not claims:
            if context.has_metadata:
                yield context.finding("digest-absent")
            else:
                yield NotApplicable("no digest is claimed")
        told = set()
        for source, name, value in claims:
            real = reading.digests.get(name, "")
            if real != value and (name, value) not in told:
                told.add((name, value))
                yield context.finding(
                    "digest-differs", algorithm=name.upper(), source=source,
                    expected=value, observed=real,
                )  # fmt: skip
        for problem in reading.problems:
            if problem.code == "altered":
                yield context.finding(
                    "signature-broken", zh=problem.message_zh, en=problem.message_en
                )
