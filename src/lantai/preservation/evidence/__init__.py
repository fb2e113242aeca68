"""Readers of backups and fixity (`lantai.foundation.desks.evaluations.evidence`)."""
