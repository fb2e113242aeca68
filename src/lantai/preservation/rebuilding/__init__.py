"""Rebuilding 重建: the catalogue comes back from storage alone: ledger first, then objects."""
