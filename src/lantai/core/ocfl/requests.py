"""What is asked of the storage root and what it answers: new objects, versions, outcomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lantai.core.fixity import Digests
from lantai.core.ocfl.inventory import User
from lantai.core.ocfl.staging import NewFile


class ObjectExists(Exception):
    """Another object with this id, and other content, is already here."""


class ObjectMissing(LookupError):
    """No object, version or file of this name is here."""


@dataclass(frozen=True)
class NewObject:
    """What a new object is to be: its id, its files and the account of its first version."""

    object_id: str
    files: Sequence[NewFile]
    message: str
    user: User
    created: datetime


@dataclass(frozen=True)
class ObjectVersion:
    """A version as it now lies in storage; ``new`` is False when it was there already."""

    object_id: str
    version: str
    path: str
    inventory_digest: str
    created: datetime
    new: bool
    digests: dict[str, Digests] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What became of one object of a batch: the version, or why not."""

    request: NewObject
    version: ObjectVersion | None
    problem: Exception | None = None
