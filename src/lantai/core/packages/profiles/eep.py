"""EEP 电子文件封装包 (DA/T 48-2009) as a profile."""

from __future__ import annotations

from pathlib import Path

from lantai.core.packages.eep import EepPackage, looks_like_eep
from lantai.core.packages.opening import Profile
from lantai.core.packages.package import Package


class EepProfile(Profile):
    """One XML file a record, with its files in Base64; or a folder of such."""

    id = "eep"
    label_zh = "电子文件封装包（DA/T 48）"
    label_en = "EEP, XML encapsulation"
    order = 30

    def fits(self, path: Path) -> bool:
        """By root element and namespace; a folder by its XML files, and it holds nothing else."""
        if path.is_file():
            return path.suffix.lower() == ".xml" and looks_like_eep(path)
        entries = list(path.iterdir()) if path.is_dir() else []
        return bool(entries) and all(
            entry.suffix.lower() == ".xml" and looks_like_eep(entry) for entry in entries[:1000]
        )

    def open(self, path: Path) -> Package:
        """Open it."""
        return EepPackage(path)
