"""Gathers the nouns of resources for Django."""

from lantai.resources.accession.models import Reception
from lantai.resources.filing.models import FilingFile, FilingItem, MonthClosing
from lantai.resources.transfers.models import CheckRun, Transfer, TransferLine
from lantai.resources.uploads.models import Upload

__all__ = [
    "CheckRun",
    "FilingFile",
    "FilingItem",
    "MonthClosing",
    "Reception",
    "Transfer",
    "TransferLine",
    "Upload",
]
