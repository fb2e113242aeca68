"""Makers 制样: each file here makes one kind of real file from a specimen record."""
