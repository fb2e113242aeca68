"""Row images 行影像: a row's values in the one way of writing that a hash can cover, and back."""

from __future__ import annotations

from typing import Any

FLOAT = "$float"  # floats have no one way of writing; their repr has


def storable(value: Any) -> Any:
    """The value with floats named as such and characters no file could hold replaced."""
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, float):
        return {FLOAT: repr(value)}
    if isinstance(value, dict):
        return {
            k if type(k) is str and k.isascii() else storable(str(k)): v
            if v is None or (type(v) is str and v.isascii())
            else storable(v)
            for k, v in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [storable(v) for v in value]
    return value


def restored(value: Any) -> Any:
    """The value as it was before `storable`."""
    if isinstance(value, dict):
        if len(value) == 1 and isinstance(value.get(FLOAT), str):
            return float(value[FLOAT])
        return {k: restored(v) for k, v in value.items()}
    if isinstance(value, list):
        return [restored(v) for v in value]
    return value
