"""Peering 互校: two Lantai nodes prove to each other that they still hold the same bytes."""
