"""Gathers preservation's nouns for Django."""

from lantai.preservation.depositing.models import Deposit
from lantai.preservation.fixity_audit.models import FixityRun
from lantai.preservation.peering.models import PeerPoll
from lantai.preservation.quarantine.models import QuarantinedFile
from lantai.preservation.recovery.models import BackupRun, RestoreDrill
from lantai.preservation.replication.models import (
    CarrierSet,
    ObjectCopy,
    PreservedObject,
    Store,
)

__all__ = [
    "BackupRun",
    "CarrierSet",
    "Deposit",
    "FixityRun",
    "ObjectCopy",
    "PeerPoll",
    "PreservedObject",
    "QuarantinedFile",
    "RestoreDrill",
    "Store",
]
