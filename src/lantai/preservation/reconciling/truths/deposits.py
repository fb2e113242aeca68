"""Deposits against records 入库批与档案: what is said to be complete is whole."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count

from lantai.catalogue.records.models import Record
from lantai.foundation.bulk_rows import filled
from lantai.preservation.depositing.models import Deposit
from lantai.preservation.reconciling.truth import Difference, Options, Truth


class DepositsAreWhole(Truth):
    """Every deposit counts as many records as name it; records name a deposit there is."""

    id = "deposits"
    order = 15

    def compare(self, options: Options) -> Iterator[Difference]:
        """Deposit by deposit."""
        named = dict(
            filled(Record.objects.all(), "deposit").values_list("deposit").annotate(n=Count("pk"))
        )
        known = Deposit.objects.order_by("pk")
        self.counts = {"deposits": known.count(), "incomplete": 0}
        for row in known.iterator(chunk_size=1_000):
            found = named.pop(row.number, 0)
            if found != row.items:
                yield Difference(
                    "deposit-count", "I2", row.urn,
                    f"入库批 {row.number} 记 {row.items} 件，目录中有 {found} 件",
                    f"deposit {row.number} says {row.items} records, the catalogue has {found}",
                )  # fmt: skip
            if not row.complete:
                self.counts["incomplete"] += 1
                yield Difference(
                    "deposit-incomplete", "I2", row.urn,
                    f"入库批 {row.number} 还没有收完；请继续或重新发起原来的任务",
                    f"deposit {row.number} is still being taken in; go on with its job", "warning",
                )  # fmt: skip
        for number, count in named.items():
            yield Difference("deposit-unknown", "I2", number, f"{count} 件档案所指的入库批不存在",
                             f"{count} records name a deposit that is not there")  # fmt: skip
