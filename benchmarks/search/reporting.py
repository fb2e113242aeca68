"""What was measured, as a Markdown log."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from benchmarks.figure import median, quantile

LOG = "BENCH_LOG"  # a file, named in the environment: steps run in processes of their own
SHARES = (0.5, 0.95, 0.99)


def report(place: Path, names: list[str], count: int) -> None:
    """Print the tables: filling, times by kind, readers, the truth, peers as multiples of ours."""
    filled = {n: found for n in names if (found := _json(place / n / "built.json"))}
    asked = {n: found for n in names if (found := _json(place / n / "measured.json"))}
    say(f"{count:,} entries.\n\n| | filled in s | CPU s | bytes an entry | memory MB | load |")
    say("|---|---|---|---|---|---|")
    for name, one in filled.items():
        say(f"| {name} | {one['seconds']:.0f} | {one['cpu']:.0f} | {one['bytes'] / count:.0f} |"
            f" {one['memory']} | {one['load']:.1f} |")  # fmt: skip
    for what, said in (
        ("warm", "warm, by the clock"),
        ("processor", "warm, of the processor"),
        ("cold", "cold, by the clock"),
        ("added", "warm, by the clock, while a hundred entries are added each second"),
    ):
        _by_kind(asked, what, said)
    _by_readers(asked)
    _checked(asked)
    _against_ours(asked)


def _by_kind(asked: dict[str, Any], what: str, said: str) -> None:
    asked = {name: one for name, one in asked.items() if one.get(what)}
    if not asked:
        return
    loads = ", ".join(f"{name} {one['load']:.1f}" for name, one in asked.items())
    say(f"\np50/p95/p99 in ms, {said}; load when begun: {loads}\n")
    say("| kind | " + " | ".join(asked) + " |")
    say("|---" * (len(asked) + 1) + "|")
    kinds = dict.fromkeys(kind for one in asked.values() for kind in one[what])
    for kind in kinds:
        say(
            f"| {kind} | {' | '.join(figures(one[what].get(kind, [])) for one in asked.values())} |"
        )
    cells = [figures(mixed(one[what])) for one in asked.values()]
    say(f"| **all** | {' | '.join(cells)} |")


def _by_readers(asked: dict[str, Any]) -> None:
    say("\n| 16 readers at a time | questions | p50/p95/p99 ms | questions a second |")
    say("|---|---|---|---|")
    for name, one in asked.items():
        readers = one["readers"]
        say(f"| {name} | {len(readers['times'])} | {figures(readers['times'])} |"
            f" {readers['a second']:.1f} |")  # fmt: skip

    for name, one in asked.items():
        say(f"\n{name}: {one['memory']} MB resident at most when asked by one, pages of mapped files with"
            f" them; {one.get('own', '?')} MB of the asking process alone")  # fmt: skip
        if soon := one.get("soon"):
            say(f"\n{name}: one entry added is found by another reader after {median(soon):.0f} ms"
                f" (median of {len(soon)}), {max(soon):.0f} at most")  # fmt: skip


def _checked(asked: dict[str, Any]) -> None:
    say("\n| against a full scan | questions | total equal | too few | too many | estimated,"
        " off by (median, most) | ids found | ids wrong |")  # fmt: skip
    say("|---|---|---|---|---|---|---|---|")
    for name, one in asked.items():
        c = one["checked"]
        ids = f"{c['found']} of {c['hits']} | {c['wrong']}" if c["hits"] else "– | –"
        off = c.get("off", ())
        told = f"{len(off)}, {off[len(off) // 2]:.1%}, {off[-1]:.1%}" if off else "–"
        say(
            f"| {name} | {c['questions']} | {c['equal']} | {c['few']} | {c['many']} | {told} | {ids} |"
        )


def _against_ours(asked: dict[str, Any]) -> None:
    """Peers as multiples of ours, over the kinds the peer could answer."""
    if "lantai" not in asked:
        return
    say("\n| peer / lantai | clock p50, p95, p99 | processor p50, p95, p99 |\n|---|---|---|")
    for name, one in asked.items():
        if name.startswith("lantai"):
            continue
        cells = []
        for what in ("warm", "processor"):
            mine = mixed({kind: asked["lantai"][what][kind] for kind in one[what]})
            theirs = mixed(one[what])
            cells.append(
                ", ".join(f"{quantile(theirs, q) / quantile(mine, q):.1f}" for q in SHARES)
            )
        say(f"| {name} | {' | '.join(cells)} |")


def mixed(by_kind: dict[str, list[float]]) -> list[float]:
    """The times of the whole mix; a kind that was cut off counts as often as the others."""
    most = max(map(len, by_kind.values()))
    return [ts[n % len(ts)] for ts in by_kind.values() for n in range(most)]


def figures(times: list[float]) -> str:
    """p50/p95/p99."""
    return "/".join(f"{quantile(times, q):.2f}" for q in SHARES) if times else "–"


def say(text: str) -> None:
    """Print it, and keep it in the log of the run (`LOG`) if there is one."""
    print(text, flush=True)
    if log := os.environ.get(LOG):
        with Path(log).open("a", encoding="utf-8") as stream:
            stream.write(f"{text}\n")


def _json(path: Path) -> Any:
    return json.loads(path.read_text()) if path.exists() else None
