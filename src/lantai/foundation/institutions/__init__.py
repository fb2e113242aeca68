"""Institutions 机构: archives, creating units, authorities and providers, in a tree."""
