"""Editions 定义版本: what an archives changed in a definition, without touching its file."""
