"""The same invoice twice 重复报销: in the batch, or booked before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from lantai.core.invoices.rule import InvoiceBatch, InvoiceFinding, InvoiceRule


class Duplicate(InvoiceRule):
    """One 发票代码 + 号码 is booked once; several forms of it (OFD, XML, PDF) are one."""

    id = "duplicate"
    label_zh = "重复报销"
    label_en = "the same invoice twice"
    clauses = ("财会〔2020〕6号 三（三）",)

    def judge(self, batch: InvoiceBatch) -> Iterator[InvoiceFinding]:
        """A file whose invoice is booked, or two files of one kind with one key."""
        for key, files in batch.by_key.items():
            where = batch.booked.get(key)
            if where:
                for file in files:
                    yield InvoiceFinding(
                        self.id,
                        file.path,
                        "error",
                        f"发票 {key} 已入账：{where}",
                        f"invoice {key} is booked already: {where}",
                        "核对两笔业务；确为重复的退回报销人",
                        "compare both; return it when it is the same expense",
                    )
            seen: dict[str, str] = {}
            for file in files:
                kind = PurePath(file.path).suffix.lower()
                if kind in seen:
                    yield InvoiceFinding(
                        self.id,
                        file.path,
                        "error",
                        f"发票 {key} 在本批中重复：{seen[kind]}",
                        f"invoice {key} is twice in this batch: {seen[kind]}",
                        "只保留一份；其余移出本批",
                        "keep one and take the others out",
                    )
                seen.setdefault(kind, file.path)
