"""E-ARK SIP, AIP and DIP as a profile."""

from __future__ import annotations

from pathlib import Path

from lantai.core.packages.eark_package import EarkPackage
from lantai.core.packages.opening import Profile
from lantai.core.packages.package import Package


class EarkProfile(Profile):
    """METS.xml on top, content below representations/."""

    id = "eark"
    label_zh = "E-ARK 信息包"
    label_en = "E-ARK package"
    order = 40

    def fits(self, path: Path) -> bool:
        """By METS.xml and the representations folder."""
        return (path / "METS.xml").is_file() and (path / "representations").is_dir()

    def open(self, path: Path) -> Package:
        """Open it."""
        return EarkPackage(path)
