"""Replication 多副本: several stores under a copy policy, and what each of them holds."""
