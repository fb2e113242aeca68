"""What an inventory tells 清单所述, for the judge; shared with no writer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Told:
    """What an inventory tells, as far as it could be made out."""

    id: str = ""
    spec: str = ""
    algorithm: str = ""
    named_algorithm: str = ""
    """What the inventory calls its algorithm, allowed or not: its sidecar is named so."""
    head: str = ""
    content_directory: str = "content"
    sets_content_directory: bool = False
    has_manifest: bool = False
    manifest: dict[str, list[str]] = field(default_factory=dict)
    states: dict[str, dict[str, str]] = field(default_factory=dict)
    states_whole: bool = True
    accounts: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    fixity: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    malformed: set[str] = field(default_factory=set)
    """Content paths that are none: what they would have named is judged no further."""
    doubled: set[str] = field(default_factory=set)
    """Digests (in lower case) that stand in the manifest twice."""
    digest_keys: set[str] = field(default_factory=set)
    """The digests of the manifest as written; the manifest itself keys them in lower case."""
    used: set[str] = field(default_factory=set)
    """The digests of the states as written."""

    def paths(self) -> set[str]:
        """Every content path of the manifest."""
        return {path for paths in self.manifest.values() for path in paths}
