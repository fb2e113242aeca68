"""安全: depositing, checking, fixity audits, recovery."""
