"""A file put in place of another 文件被替换: forms of one invoice that do not say the same."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from lantai.core.invoices.model import Invoice
from lantai.core.invoices.rule import InvoiceBatch, InvoiceFinding, InvoiceRule

_COMPARED = {
    "number": ("发票号码", "number"),
    "date": ("开票日期", "date"),
    "amount": ("金额", "amount"),
    "tax": ("税额", "tax"),
    "total": ("价税合计", "total"),
    "buyer.name": ("购买方", "buyer"),
    "seller.name": ("销售方", "seller"),
}

_SURE_ON_A_PAGE = ("number", "total")
"""What can be read off the text of a page without guessing."""


class Replaced(InvoiceRule):
    """Number, date, sums and parties agree between the XML, the tags and the page of one file,
    and between the files of one invoice."""

    id = "replaced"
    label_zh = "文件替换"
    label_en = "forms that differ"
    clauses = ("财会〔2020〕6号 三（一）", "DA/T 94-2022 16")

    def judge(self, batch: InvoiceBatch) -> Iterator[InvoiceFinding]:
        """Each field in which two forms differ."""
        for file in batch.files:
            for one, other in combinations(file.forms, 2):
                yield from self._compare(file.path, one, other, one.source, other.source)
        for files in batch.by_key.values():
            first = files[0]
            for file in files[1:]:
                yield from self._compare(
                    file.path, first.invoice, file.invoice, first.path, file.path
                )

    def _compare(
        self, path: str, one: Invoice, other: Invoice, here: str, there: str
    ) -> Iterator[InvoiceFinding]:
        surely = "pdf-text" not in (one.kind, other.kind)
        for name, (zh, en) in _COMPARED.items():
            if not surely and name not in _SURE_ON_A_PAGE:
                continue
            told, said = _value(one, name), _value(other, name)
            if told in (None, "") or said in (None, "") or told == said:
                continue
            yield InvoiceFinding(
                self.id,
                path,
                "error",
                f"{zh}不一致：{here} 为 {told}，{there} 为 {said}",
                f"{en} differs: {told} in {here}, {said} in {there}",
                "以开票方或税务部门的版本为准，查明哪一份被替换",
                "ask the issuer or the tax service which one is true",
            )


def _value(invoice: Invoice, name: str) -> object:
    found: object = invoice
    for part in name.split("."):
        found = getattr(found, part)
    return "".join(found.split()) if isinstance(found, str) else found
