"""EEP packages 电子文件封装包 (DA/T 48-2009): one XML file holds a record, its files, its history."""

from lantai.core.packages.eep.modifying import modify_eep
from lantai.core.packages.eep.package import EepPackage, looks_like_eep
from lantai.core.packages.eep.signatures import EepSignature, EepSigner, check_eep_signatures
from lantai.core.packages.eep.structure import validate_eep
from lantai.core.packages.eep.writer import countersign_eep, write_eep

__all__ = [
    "EepPackage",
    "EepSignature",
    "EepSigner",
    "check_eep_signatures",
    "countersign_eep",
    "looks_like_eep",
    "modify_eep",
    "validate_eep",
    "write_eep",
]
