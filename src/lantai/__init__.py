"""Lantai 兰台: the open-source digital archives for China."""

__version__ = "0.1.0"
