"""Gathers the catalogue's nouns for Django."""

from lantai.catalogue.arranging.models import Move
from lantai.catalogue.codes.models import CodeCounter, FormerCode
from lantai.catalogue.duplicates.models import DuplicatePair
from lantai.catalogue.fonds.models import Fonds
from lantai.catalogue.records.models import Component, PageText, Record, RecordRevision

__all__ = [
    "CodeCounter",
    "Component",
    "DuplicatePair",
    "Fonds",
    "FormerCode",
    "Move",
    "PageText",
    "Record",
    "RecordRevision",
]
