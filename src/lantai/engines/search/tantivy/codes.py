"""Wildcards of reference codes 档号通配, whose numbers the index leads by a sign for their length."""

from __future__ import annotations

import re

from lantai.core.search.analysis import BREAK, LENGTH_SIGNS

_SIGN = re.compile(r"\\.|\.\*?|\d")  # of a wildcard as a regular expression


def code_regex(pattern: str) -> str:
    """A wildcard as a regular expression (`query.wildcard_regex`), for `analysis.natural_key`."""
    return _SIGN.sub(_measured_sign, pattern)


def _measured_sign(found: re.Match[str]) -> str:
    """A sign of a wildcard where numbers are led by a sign for their length."""
    sign = found[0]
    if sign == ".*":
        return f"[^{BREAK}]*"
    if sign == ".":
        return f"[{LENGTH_SIGNS}]?[^{BREAK}{LENGTH_SIGNS}]"
    return f"[{LENGTH_SIGNS}]?{sign}" if sign.isdigit() else sign
