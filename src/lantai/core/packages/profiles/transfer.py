"""The transfer package 移交信息包 as a profile."""

from __future__ import annotations

from pathlib import Path

from lantai.core.packages.opening import Profile
from lantai.core.packages.package import Package
from lantai.core.packages.transfer import looks_like_transfer, read_transfer_package


class TransferProfile(Profile):
    """说明文件 and 目录文件 on top, records in folders named by 档号."""

    id = "transfer"
    label_zh = "移交信息包"
    label_en = "transfer package"
    order = 20

    def fits(self, path: Path) -> bool:
        """By the explanation or catalogue file on top."""
        return path.is_dir() and looks_like_transfer(path)

    def open(self, path: Path) -> Package:
        """Open it."""
        return read_transfer_package(path)
