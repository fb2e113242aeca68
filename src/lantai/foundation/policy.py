"""Policy 权限: one table of permissions with reasons, asked by every page, call, command, search.

The table is data: ``permissions.toml`` of each floor. A permission names the roles that hold
it, where (a dotted path from the operation's arguments to an institution), how far a role
reaches, and the words given when the answer is no.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lantai.foundation.refusal import NotPermitted, localised

_FLOORS = ("foundation", "governance", "catalogue", "preservation", "resources", "access", "web")
_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Anonymous:
    """公众: somebody who has not signed in."""

    urn: str = "anonymous"
    name: str = "公众"
    pk: None = None
    clearance: int = 0


@dataclass(frozen=True)
class Operator:
    """系统操作员: the operator of the machine, at its command line, and the system's own clock."""

    urn: str = "operator"
    name: str = "系统"
    pk: None = None
    clearance: int = 0


@dataclass(frozen=True)
class Role:
    """One role 角色 of roles.toml."""

    id: str
    zh: str
    en: str
    kinds: tuple[str, ...]
    excludes: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """In the reader's language."""
        return localised(self.zh, self.en)


@dataclass(frozen=True)
class Permission:
    """One line of the table."""

    name: str
    zh: str
    en: str
    roles: frozenset[str]  # role ids, or "operator", "anyone", "anonymous"
    where: tuple[str, ...]  # dotted paths; any of them may match; () = at any institution
    reach: str  # own | subtree | any
    refused_zh: str
    refused_en: str


@dataclass(frozen=True)
class Decision:
    """Yes or no, and why."""

    allowed: bool
    reason: str
    permission: str

    def __bool__(self) -> bool:
        return self.allowed


@cache
def roles() -> Mapping[str, Role]:
    """Every role by id."""
    with (_ROOT / "foundation" / "roles.toml").open("rb") as stream:
        table = tomllib.load(stream)
    return {
        key: Role(key, v["zh"], v["en"], tuple(v["kinds"]), tuple(v.get("excludes", ())))
        for key, v in table.items()
    }


@cache
def permissions() -> Mapping[str, Permission]:
    """The whole table by name."""
    found: dict[str, Permission] = {}
    for floor in _FLOORS:
        path = _ROOT / floor / "permissions.toml"
        if not path.exists():
            continue
        with path.open("rb") as stream:
            for name, row in tomllib.load(stream).items():
                for verb, line in row.items():
                    key = f"{name}.{verb}"
                    found[key] = _permission(key, line)
    return dict(sorted(found.items()))


def _permission(key: str, line: Mapping[str, Any]) -> Permission:
    where = line.get("where", ())
    known = set(roles()) | {"operator", "anyone", "anonymous"}
    unknown = set(line["roles"]) - known
    if unknown:
        raise ValueError(f"permission {key}: unknown roles {sorted(unknown)}")
    return Permission(
        name=key,
        zh=line["zh"],
        en=line["en"],
        roles=frozenset(line["roles"]),
        where=(where,) if isinstance(where, str) else tuple(where),
        reach=line.get("reach", "own"),
        refused_zh=line.get("refused_zh", ""),
        refused_en=line.get("refused_en", ""),
    )


_read: ContextVar[dict[Any, list[tuple[str, Any]]] | None] = ContextVar("standings", default=None)


@contextmanager
def standings_read_once() -> Iterator[None]:
    """For the time of one page that changes nothing: a page asks a dozen times who its reader is.

    Never around an act: a role lost before saving must be seen (FAULTS 41).
    """
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def standings(actor: Any) -> list[tuple[str, Any]]:
    """The actor's (role, institution) pairs, read afresh; none for a disabled account."""
    if getattr(actor, "pk", None) is None or not getattr(actor, "is_active", False):
        return []
    read = _read.get()
    if read is not None and actor.pk in read:
        return read[actor.pk]
    rows = actor.assignments.select_related("institution").order_by("pk")
    found = [(row.role, row.institution) for row in rows]
    if read is not None:
        read[actor.pk] = found
    return found


def holds(actor: Any, role_ids: Iterable[str], institution: Any = None) -> bool:
    """Does the actor hold one of the roles (at the institution, when one is given)?"""
    wanted = set(role_ids)
    return any(
        role in wanted and (institution is None or place.pk == institution.pk)
        for role, place in standings(actor)
    )


def institutions_of(actor: Any, role_ids: Iterable[str] = ()) -> list[Any]:
    """The institutions at which the actor holds one of the roles (any role when none named)."""
    wanted = set(role_ids)
    seen: dict[int, Any] = {}
    for role, place in standings(actor):
        if not wanted or role in wanted:
            seen[place.pk] = place
    return list(seen.values())


def decide(actor: Any, name: str, /, **targets: Any) -> Decision:
    """May this actor do this to these targets? The reason is said either way."""
    permission = permissions()[name]
    if "anyone" in permission.roles:
        return Decision(True, localised("任何人可办", "open to anyone"), name)
    if isinstance(actor, Operator):
        return _answer(permission, "operator" in permission.roles)
    if getattr(actor, "pk", None) is None:
        return _answer(permission, "anonymous" in permission.roles)
    places = [p for p in (_walk(targets, path) for path in permission.where) if p is not None]
    for role, held_at in standings(actor):
        if role not in permission.roles:
            continue
        if not permission.where or permission.reach == "any":
            return Decision(True, _because(role, held_at), name)
        if any(_reaches(permission.reach, held_at, place) for place in places):
            return Decision(True, _because(role, held_at), name)
    return _answer(permission, False)


def require(actor: Any, name: str, /, **targets: Any) -> Decision:
    """The decision, or `NotPermitted` with the reason and the next step."""
    decision = decide(actor, name, **targets)
    if not decision:
        permission = permissions()[name]
        raise NotPermitted(_no(permission, "zh"), _no(permission, "en"))
    return decision


def _reaches(reach: str, held_at: Any, place: Any) -> bool:
    while place is not None:
        if place.pk == held_at.pk:
            return True
        place = place.parent if reach == "subtree" else None
    return False


def _walk(targets: Mapping[str, Any], path: str) -> Any:
    head, *rest = path.split(".")
    value = targets.get(head)
    for part in rest:
        value = getattr(value, part, None)
    return value


def _because(role: str, place: Any) -> str:
    label = roles()[role].label
    return localised(f"{place.name}的{label}", f"{label} at {place.name_en or place.name}")


def _answer(permission: Permission, allowed: bool) -> Decision:
    if allowed:
        return Decision(True, localised("规则允许", "allowed by rule"), permission.name)
    return Decision(False, localised(_no(permission, "zh"), _no(permission, "en")), permission.name)


def _no(permission: Permission, language: str) -> str:
    given = permission.refused_zh if language == "zh" else permission.refused_en
    if given:
        return given
    who = [roles()[r] for r in sorted(permission.roles) if r in roles()]
    if language == "zh":
        names = "、".join(r.zh for r in who) or "系统操作员"
        return f"您没有“{permission.zh}”的权限：须由本单位{names}办理。如确需办理，请联系安全保密管理员授权。"
    names = ", ".join(r.en for r in who) or "the operator"
    return (
        f"You may not “{permission.en}”: it belongs to {names} of the institution. "
        "Ask the security administrator if you need it."
    )
