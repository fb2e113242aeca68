"""Gathers the catalogue's nouns for Django."""

from lantai.catalogue.duplicates.models import DuplicatePair
from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.models import Component, PageText, Record, RecordRevision

__all__ = ["Component", "DuplicatePair", "Fonds", "PageText", "Record", "RecordRevision"]
