"""Fonds 全宗: all that one body made, kept together."""
