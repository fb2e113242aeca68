"""Quarantine 隔离区: files refused, kept apart; two different people let one out."""
