"""Whom a call believes 信任列表: the certificates it names, and those of the data folder."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from lantai.cli.command import BadCall
from lantai.core.ofd.trust import FOLDER, CertificateUnreadable, TrustList, read_trust


def trust_of(options: argparse.Namespace) -> TrustList:
    """What the call names (``--trust``), and what lies in the data folder."""
    here = Path(os.environ.get("LANTAI_DATA", "lantai-data")) / "keys" / FOLDER
    try:
        return read_trust([*options.trust, *([here] if here.is_dir() else [])])
    except CertificateUnreadable as fault:
        raise BadCall(str(fault)) from fault
