"""The transfer information package 移交信息包 (DA/T 93-2022 annex B, GB/T 18894-2016)."""

from lantai.core.packages.package import (
    PackageFault,
    PackageNotWritable,
    PackageUnreadable,
    ProcessEvent,
    TransferFile,
    TransferItem,
    TransferManifest,
)
from lantai.core.packages.transfer.reader import (
    TransferPackage,
    looks_like_transfer,
    package_digest,
    read_transfer_package,
)
from lantai.core.packages.transfer.writer import (
    folder_name,
    item_folder,
    write_transfer_package,
)

__all__ = [
    "PackageFault",
    "PackageNotWritable",
    "PackageUnreadable",
    "ProcessEvent",
    "TransferFile",
    "TransferItem",
    "TransferManifest",
    "TransferPackage",
    "folder_name",
    "item_folder",
    "looks_like_transfer",
    "package_digest",
    "read_transfer_package",
    "write_transfer_package",
]
