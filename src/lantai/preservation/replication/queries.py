"""Questions about copies: what each store holds, whether the policy is fulfilled."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count, Q

from lantai.preservation.replication.models import CarrierSet, ObjectCopy, PreservedObject, Store
from lantai.preservation.replication.policy import CopyPolicy, Kept, policy_in_force, wanting


def stores() -> list[Store]:
    """The main store first, then the others as they were added; the main one is always there."""
    rows = list(Store.objects.filter(active=True).order_by("pk"))
    main = next((row for row in rows if row.code == Store.MAIN), None)
    if main is None:
        main = Store(
            code=Store.MAIN, name="主存储 main", place="本馆", threat="本馆", medium="disk"
        )
    return [main, *(row for row in rows if row.code != Store.MAIN)]


def holdings_by_store() -> dict[int, int]:
    """Good copies by store."""
    rows = ObjectCopy.objects.filter(state=ObjectCopy.GOOD).values("store").annotate(n=Count("pk"))
    return {row["store"]: row["n"] for row in rows.order_by("store")}


def fulfilment(policy: CopyPolicy | None = None) -> dict[str, Any]:
    """How many sealed objects fulfil the policy, and what the others lack.

    Objects are counted by the set of stores that hold them, so that millions cost one query.
    """
    policy = policy or policy_in_force()
    by_code = {row.pk: row for row in stores()}
    main = stores()[0]
    total = PreservedObject.objects.count()
    patterns = _patterns()
    patterns[()] = total - sum(patterns.values())
    met, lacking = 0, Counter[str]()
    for held, count in patterns.items():
        kept = [_kept(main), *(_kept(by_code[pk]) for pk in held if pk in by_code)]
        missing = wanting(policy, kept)
        met += count if not missing else 0
        for rule in missing:
            lacking[rule] += count
    frozen = PreservedObject.objects.exclude(frozen_at=None).count()
    return {"policy": policy, "objects": total, "met": max(met - frozen, 0), "frozen": frozen,
            "lacking": {rule: count for rule, count in lacking.items() if count}}  # fmt: skip


def _patterns() -> Counter[tuple[int, ...]]:
    """Sealed objects by the stores that hold a good copy of them."""
    places = [row.pk for row in stores() if row.pk]
    counts = {f"s{pk}": Count("pk", filter=Q(store=pk, state=ObjectCopy.GOOD)) for pk in places}
    found: Counter[tuple[int, ...]] = Counter()
    if not places:
        return found
    each = ObjectCopy.objects.values("object").annotate(**counts).order_by("object")
    for row in each.iterator(chunk_size=5_000):
        found[tuple(pk for pk in places if row[f"s{pk}"])] += 1
    return found


def _kept(row: Store) -> Kept:
    return Kept(row.place, row.threat, row.medium, row.offline)


def store_lines() -> list[dict[str, Any]]:
    """Each store with what it holds and what waits, for the page and the command."""
    total = PreservedObject.objects.count()
    held = holdings_by_store()
    lines = []
    for row in stores():
        count = total if row.code == Store.MAIN else held.get(row.pk, 0)
        lines.append(
            {"code": row.code, "name": row.name, "url": row.url, "place": row.place,
             "threat": row.threat, "medium": row.medium, "offline": row.offline,
             "objects": count, "backlog": max(total - count, 0), "trouble": row.trouble,
             "reached_at": row.reached_at}
        )  # fmt: skip
    return lines


def carriers() -> list[CarrierSet]:
    """The register of carriers, the next to be tested first."""
    return list(CarrierSet.objects.select_related("store").order_by("test_due", "pk"))
