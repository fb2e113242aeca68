"""Audit 审计: reading and verifying the ledger (above operation, which writes it)."""
