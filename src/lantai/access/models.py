"""Gathers access's nouns for Django."""

from lantai.access.opening.models import (
    OpeningItem,
    Publication,
    PublicationEntry,
    ReadingProof,
)

__all__ = ["OpeningItem", "Publication", "PublicationEntry", "ReadingProof"]
