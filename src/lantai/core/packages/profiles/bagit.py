"""The bag (RFC 8493) as a profile."""

from __future__ import annotations

from pathlib import Path

from lantai.core.packages.bag_package import BagPackage, is_bag
from lantai.core.packages.opening import Profile
from lantai.core.packages.package import Package


class BagProfile(Profile):
    """A bag whose data/ is a transfer package or plain files."""

    id = "bagit"
    label_zh = "BagIt 包"
    label_en = "bag"
    order = 10

    def fits(self, path: Path) -> bool:
        """By bagit.txt and data/."""
        return path.is_dir() and is_bag(path)

    def open(self, path: Path) -> Package:
        """Open it."""
        return BagPackage(path)
