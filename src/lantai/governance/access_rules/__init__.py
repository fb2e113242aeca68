"""Access rules 划控: who may see which record, decided in this one place."""
