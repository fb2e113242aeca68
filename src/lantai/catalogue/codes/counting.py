"""Counting 件号: numbers of a scope given one after another under its lock, none ever twice.

A number is given in the caller's transaction: rolled back, it is not given. A code that somebody
has or had without the counter (an import) is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from lantai.catalogue.codes.models import CodeCounter, FormerCode
from lantai.catalogue.records.models import Record
from lantai.core.identifiers import ReferenceCode, ReferenceCodeRule
from lantai.core.schedules import next_item_code
from lantai.foundation.bulk_rows import keys_by
from lantai.foundation.institutions.models import Institution
from lantai.foundation.work import keep

Others = Callable[[str], Iterable[str]]  # codes beginning so that are not in the catalogue yet


def next_codes(
    unit: Institution,
    holder_id: int | None,
    rule: ReferenceCodeRule,
    parts: Mapping[str, Any],
    count: int = 1,
    others: Others = lambda _stem: (),
) -> list[ReferenceCode]:
    """The next ``count`` codes of the scope that the parts lead to, under the scope's lock.

    `ReferenceCodeError` when a part is missing or the width is used up. Who takes several
    scopes takes them in the order of their names, or two of them wait for each other.
    """
    first = next_item_code(rule, parts)
    counter = _locked(unit, holder_id, first.scope, others)
    given: list[ReferenceCode] = []
    last = counter.last
    while len(given) < count:
        wanted = []
        for _ in range(count - len(given)):
            last += 1
            wanted.append(_numbered(first, rule, last))
        taken = codes_in_use(holder_id, [code.text for code in wanted])
        given += [code for code in wanted if code.text not in taken]
    counter.last = given[-1].number
    counter.save(update_fields=["last"])
    keep(counter)
    return given


def _numbered(first: ReferenceCode, rule: ReferenceCodeRule, number: int) -> ReferenceCode:
    """The code of a number in the scope of ``first``; `ReferenceCodeError` beyond the width."""
    name, width = rule.last_part, rule.width(rule.last_part)
    told = str(number).zfill(width)
    text = f"{first.scope}-{told}"
    if (width and len(told) > width) or not first.text.endswith(f"-{first.parts[name]}"):
        return ReferenceCode.parse(text, rule)  # says what does not fit
    return replace(first, text=text, parts={**first.parts, name: told})


def codes_in_use(holder_id: int | None, codes: Iterable[str]) -> set[str]:
    """Those that a record of the archives has, or had."""
    if holder_id is None:
        return set()
    wanted = list(codes)
    found = keys_by(Record, "reference_code", wanted, {"holder_id": holder_id})
    return {*found, *keys_by(FormerCode, "code", wanted, {"holder_id": holder_id})}


def _locked(unit: Institution, holder_id: int | None, scope: str, others: Others) -> CodeCounter:
    """The scope's row, locked; a new one begins after the highest number in use anywhere."""
    rows = CodeCounter.objects.select_for_update().filter(unit=unit, scope=scope)
    found = rows.first()
    if found is None:
        CodeCounter.objects.bulk_create(
            [CodeCounter(unit=unit, scope=scope, last=_highest(holder_id, scope, others))],
            ignore_conflicts=True,
        )
        found = rows.get()
    return found


def _highest(holder_id: int | None, scope: str, others: Others) -> int:
    stem = f"{scope}-"
    codes = list(others(stem))
    if holder_id is not None:
        has = Record.objects.filter(holder_id=holder_id, reference_code__startswith=stem)
        had = FormerCode.objects.filter(holder_id=holder_id, code__startswith=stem)
        codes += has.order_by("pk").values_list("reference_code", flat=True)
        codes += had.order_by("pk").values_list("code", flat=True)
    tails = [code.removeprefix(stem) for code in codes]
    return max((int(t) for t in tails if t.isascii() and t.isdigit()), default=0)
