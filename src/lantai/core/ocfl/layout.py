"""What a storage layout is 存储布局: from an object's id to its folder."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from lantai.core.registry import Shelf


class LayoutNotUnderstood(Exception):
    """The root's layout or its configuration is not one we know."""


class Layout(ABC):
    """``id`` is the registered name of the extension; ``defaults`` its configuration."""

    id: str = ""
    description: str = ""
    defaults: dict[str, Any] = {}

    def __init__(self, config: dict[str, Any] | None = None) -> None:
        given = {key: value for key, value in (config or {}).items() if key in self.defaults}
        self.config: dict[str, Any] = {**self.defaults, **given}
        self.check()

    @abstractmethod
    def check(self) -> None:
        """Refuse a configuration that can not work, with `LayoutNotUnderstood`."""

    @abstractmethod
    def path(self, object_id: str) -> str:
        """The object's folder relative to the root, '/'-separated."""

    def document(self) -> dict[str, Any]:
        """What ``extensions/<name>/config.json`` says."""
        return {"extensionName": self.id, **self.config}


def layouts() -> Shelf[Layout]:
    """Every layout this installation knows."""
    return Shelf(Layout, "lantai.core.ocfl.layouts", group="lantai.ocfl_layouts")  # type: ignore[type-abstract]


def check_tuples(size: int, number: int, length: int) -> None:
    """The rule that both hashed layouts share: tuples fit into the digest, both or neither zero."""
    right_kind = all(isinstance(value, int) and value >= 0 for value in (size, number))
    if not right_kind or (size == 0) != (number == 0) or size * number > length:
        raise LayoutNotUnderstood(f"tupleSize {size!r} × numberOfTuples {number!r} 不可用 unusable")
