"""Readers of the configuration and the accounts (`lantai.foundation.desks.evaluations.evidence`)."""
