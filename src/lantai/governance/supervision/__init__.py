"""Supervision 监督: the provable draw, checks on site, published results."""
