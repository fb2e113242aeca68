"""Accounts 账户: people, their roles at institutions, sessions, and the three administrators."""
