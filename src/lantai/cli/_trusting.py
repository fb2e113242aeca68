"""Certificates a call holds to be good 信任的证书: those it names, and those of the data folder."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from lantai.cli.command import BadCall
from lantai.core.ofd.trust import FOLDER, CertificateUnreadable, TrustList, read_trust


def trust_of(named: Sequence[Path]) -> TrustList:
    """The certificates of these files and folders and of ``keys/trusted``; `BadCall` names a bad one."""
    here = Path(os.environ.get("LANTAI_DATA", "lantai-data")) / "keys" / FOLDER
    try:
        return read_trust([*named, *([here] if here.is_dir() else [])])
    except CertificateUnreadable as fault:
        raise BadCall(str(fault)) from fault
