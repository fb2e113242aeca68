"""Gathers preservation's nouns for Django."""

from lantai.preservation.depositing.models import Deposit
from lantai.preservation.fixity_audit.models import FixityRun
from lantai.preservation.quarantine.models import QuarantinedFile

__all__ = ["Deposit", "FixityRun", "QuarantinedFile"]
