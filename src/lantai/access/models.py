"""Gathers access's nouns for Django."""

from lantai.access.carrying.models import CarriedBundle, CarriedEntry, CarrySource
from lantai.access.certificates.models import Certificate, CertificateLine, CertificatePrint
from lantai.access.opening.models import (
    OpeningItem,
    Publication,
    PublicationEntry,
    ReadingProof,
)
from lantai.access.requests.models import (
    AccessNote,
    AttachedRecord,
    PublicAttempt,
    ServiceRequest,
)
from lantai.access.search.models import SavedSearch
from lantai.access.sharing.models import SharedSet, SharingGrant, SharingUse

__all__ = [
    "AccessNote",
    "AttachedRecord",
    "CarriedBundle",
    "CarriedEntry",
    "CarrySource",
    "Certificate",
    "CertificateLine",
    "CertificatePrint",
    "OpeningItem",
    "PublicAttempt",
    "Publication",
    "PublicationEntry",
    "ReadingProof",
    "SavedSearch",
    "ServiceRequest",
    "SharedSet",
    "SharingGrant",
    "SharingUse",
]
