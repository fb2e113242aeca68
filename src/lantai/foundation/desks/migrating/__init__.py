"""Migrating 转版: open matters go over to the version in force, foreseen one by one and chosen."""
