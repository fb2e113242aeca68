"""A yearly table of 3,300 bodies × 123 indicators × 10 years: rolled up whole, and one cell changed.

The roll-up reads every form from the database and writes the totals of every institution. The
limits are the issue's: ten seconds, and one. The same figures are added up in plain Python beside
it, so that the table shows what the packing is worth.
"""

from __future__ import annotations

import argparse
import random
import time

import numpy as np

from benchmarks.figure import Figure
from benchmarks.installation import installation

PROVINCES, CITIES = 31, 10
WHOLE, ONE_CELL = 10.0, 1.0  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bodies", type=int, default=3_300)
    parser.add_argument("--years", type=int, default=10)
    options = parser.parse_args()
    with installation() as (_place, act):
        from lantai.foundation.desks.returns.models import ReturnForm
        from lantai.foundation.desks.returns.operations import fill_form, open_round
        from lantai.foundation.desks.returns.totals import form_changed, roll_up_round, total_of

        owner, bodies = tree(options.bodies)
        started = time.perf_counter()
        rounds = [
            open_round(act, owner=owner, definition="yearly-statistics", period=str(2015 + year),
                       bodies=bodies)
            for year in range(options.years)
        ]  # fmt: skip
        opened = time.perf_counter() - started
        cells = [fill(row) for row in rounds]
        started = time.perf_counter()
        for row in rounds:
            roll_up_round(row)
        whole = time.perf_counter() - started
        started = time.perf_counter()
        plain(cells)
        by_hand = time.perf_counter() - started
        last = rounds[-1]
        form = ReturnForm.objects.filter(round=last).first()
        before = total_of(last, owner).figures[0]
        ReturnForm.objects.filter(pk=form.pk).update(state="filling")
        started = time.perf_counter()
        changed = fill_form(act, form=form, cells={"i1": 1_000_000})
        form_changed(changed, form.cells, changed.cells)
        one = time.perf_counter() - started
        assert total_of(last, owner).figures[0] > before
        what = f"{len(bodies):,} bodies × 123 indicators × {options.years} years"
        Figure(f"roll-up of {what}", whole, "s", "the limit", WHOLE, False, 1.0).tell()
        Figure(f"the same, {what}", whole, "s", "a plain loop over the cells, in memory", by_hand,
               False).tell()  # fmt: skip
        Figure("one cell changed, every total above it", one, "s", "the limit", ONE_CELL, False,
               1.0).tell()  # fmt: skip
        Figure("rounds opened, a form for every body", opened, "s", "–", None, False).tell()


def tree(count: int) -> tuple[object, list[object]]:
    """(the nation, the county archives) under provinces and cities."""
    from lantai.foundation.institutions.models import Institution

    nation = Institution.objects.create(code="GJ", name="国家", kind="authority")
    provinces = Institution.objects.bulk_create(
        [
            Institution(code=f"P{n}", name=f"省{n}", kind="authority", parent=nation)
            for n in range(PROVINCES)
        ]
    )
    cities = Institution.objects.bulk_create(
        [
            Institution(
                code=f"C{n}", name=f"市{n}", kind="authority", parent=provinces[n % PROVINCES]
            )
            for n in range(PROVINCES * CITIES)
        ]
    )
    counties = Institution.objects.bulk_create(
        [
            Institution(
                code=f"X{n}", name=f"县{n}", kind="authority", parent=cities[n % len(cities)]
            )
            for n in range(count)
        ],
        batch_size=500,
    )
    bodies = [
        Institution(code=f"A{n}", name=f"馆{n}", kind="archives", parent=counties[n])
        for n in range(count)
    ]
    return nation, Institution.objects.bulk_create(bodies, batch_size=500)


def fill(row: object) -> list[np.ndarray]:
    """Random figures in every form of a round, sent."""
    from lantai.core.desks.return_totals import write_row
    from lantai.foundation.desks.returns.models import ReturnForm

    dice = np.random.default_rng(random.randrange(10**6))
    forms = list(ReturnForm.objects.filter(round=row))
    figures = []
    for form in forms:
        cells = dice.integers(0, 100_000, 123).astype("<f8")
        cells[dice.random(123) < 0.2] = np.nan
        form.cells, form.state = write_row(cells), ReturnForm.REVIEWING
        figures.append(cells)
    ReturnForm.objects.bulk_update(forms, ["cells", "state"], batch_size=500)
    return figures


def plain(rounds: list[list[np.ndarray]]) -> list[float]:
    """The national totals alone, a cell at a time."""
    totals = [0.0] * 123
    for forms in rounds:
        for cells in forms:
            for place, value in enumerate(cells.tolist()):
                if value == value:
                    totals[place] += value
    return totals


if __name__ == "__main__":
    main()
