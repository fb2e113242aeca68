"""Fixity audits 固化校验: every byte in storage read again and held against what was recorded."""
