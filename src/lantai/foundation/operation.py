"""@operation 业务操作: a verb is one function, the same from a page, the API, the CLI and a job.

The decorator checks the permission, opens the transaction, and writes the ledger entry (a
PREMIS event) with the images of all rows changed. A refusal rolls everything back and still
leaves its entry, with the outcome failure. Operations may call operations: one transaction,
an entry each.
"""

from __future__ import annotations

import functools
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db import transaction

from lantai.foundation import policy
from lantai.foundation.ledger.writing import write_entries
from lantai.foundation.refusal import Refusal
from lantai.foundation.work import Act, PendingEntry, Work, _current

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger("lantai.operation")


@dataclass(frozen=True)
class Operation:
    """What is known of a verb: for the manual, the API and the architecture tests."""

    name: str
    permission: str
    event: str
    function: Callable[..., Any]


OPERATIONS: dict[str, Operation] = {}


def operation(
    *, permission: str, event: str
) -> Callable[[Callable[Concatenate[Act, P], R]], Callable[Concatenate[Act, P], R]]:
    """Declare a verb: the permission it needs (permissions.toml) and its PREMIS event type."""

    def decorate(function: Callable[Concatenate[Act, P], R]) -> Callable[Concatenate[Act, P], R]:
        feature = function.__module__.removeprefix("lantai.").rsplit(".", 1)[0]
        name = f"{feature}.{function.__name__}"

        @functools.wraps(function)
        def run(act: Act, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if args:
                raise TypeError(f"{name}: give arguments by name")
            entry = PendingEntry(
                act=act,
                event=event,
                operation=name,
                outcome="success",
                subjects=_urns(kwargs.values()),
                institution=_institution(permission, kwargs),
                reason=act.reason,
            )
            outer = _current.get()
            if outer is not None:
                return _inside(outer, entry, permission, function, kwargs)
            return _outermost(entry, permission, function, kwargs)

        OPERATIONS[name] = Operation(name, permission, event, run)
        run.operation = OPERATIONS[name]  # type: ignore[attr-defined]
        return run

    return decorate


def _outermost(
    entry: PendingEntry, permission: str, function: Callable[..., R], kwargs: dict[str, Any]
) -> R:
    work = Work()
    token = _current.set(work)
    try:
        with transaction.atomic():
            result = _inside(work, entry, permission, function, kwargs)
            write_entries(work)
        return result
    except Refusal as refusal:
        _leave_failure(work, entry, {"code": refusal.code, "message": refusal.zh})
        raise
    except Exception as defect:
        error_id = secrets.token_hex(4)
        log.exception("operation %s failed, error %s", entry.operation, error_id)
        _leave_failure(
            work, entry, {"code": "defect", "error_id": error_id, "type": type(defect).__name__}
        )
        raise
    finally:
        _current.reset(token)


def _inside(
    work: Work,
    entry: PendingEntry,
    permission: str,
    function: Callable[..., R],
    kwargs: dict[str, Any],
) -> R:
    work.entries.append(entry)
    work.stack.append(entry)
    try:
        policy.require(entry.act.by, permission, **kwargs)
        result = function(entry.act, **kwargs)
        for urn in _urns([result]):
            if urn not in entry.subjects:
                entry.subjects.append(urn)
        return result
    finally:
        work.stack.pop()


def _leave_failure(work: Work, outermost: PendingEntry, problem: dict[str, Any]) -> None:
    """One entry for the refused act, in its own transaction, after the roll-back."""
    at_fault = work.entries[-1] if work.entries else outermost
    outermost.outcome = "failure"
    outermost.detail = {"problem": problem, "at": at_fault.operation}
    try:
        with transaction.atomic():
            write_entries(Work(entries=[outermost]))
    except Exception:
        log.exception("the ledger could not take a failure entry of %s", outermost.operation)


def _urns(values: Any) -> list[str]:
    found: list[str] = []
    for value in values:
        urn = getattr(value, "urn", None)
        if isinstance(urn, str) and urn not in found:
            found.append(urn)
    return found


def _institution(permission: str, kwargs: dict[str, Any]) -> str:
    row = policy.permissions().get(permission)
    if row is None:
        raise LookupError(f"permission {permission!r} is in no permissions.toml")
    for path in row.where:
        place = policy._walk(kwargs, path)
        if place is not None:
            return str(place.code)
    return ""
