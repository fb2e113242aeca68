"""Ingesting 一步入库: a package or folder from outside: checked, stored, registered."""
