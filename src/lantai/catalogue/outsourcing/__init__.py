"""Outsourcing 外包: what of a batch lies in the catalogue, and what of it may not leave."""
