"""Runs 连号变更: one change for rows entered together under keys that follow each other.

A change for each of thousands of rows costs what an index of their table does, and every follower
reads it again. A run takes as many numbers as it has rows and stands under the last of them, so
that cursors and what is said to be behind count rows as before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_SUBJECT = re.compile(r"([a-z_]+)s:(\d+)-(\d+):(.+)")


@dataclass(frozen=True)
class Run:
    """Rows named like ``record:…``: their primary keys, and the name of the first.

    Keys of an attempt that failed are given again; a name is not.
    """

    kind: str
    keys: range
    first: str

    @classmethod
    def of(cls, urn: str, keys: range) -> Run:
        """Of these rows, the first of which has this name."""
        kind, _colon, first = urn.partition(":")
        return cls(kind, keys, first)

    @property
    def subject(self) -> str:
        """As a change tells it: ``records:17-4016:01a2…``."""
        return f"{self.kind}s:{self.keys[0]}-{self.keys[-1]}:{self.first}"


def run_told(subject: str, kind: str) -> Run | None:
    """The rows of this kind that a change tells of at once; None when it is no run of them."""
    found = _SUBJECT.fullmatch(subject)
    if found is None or found[1] != kind:
        return None
    return Run(kind, range(int(found[2]), int(found[3]) + 1), found[4])
