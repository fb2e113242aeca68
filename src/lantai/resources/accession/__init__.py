"""Accession 接收: packages come in, are checked, accepted or sent back, signed for, deposited."""
