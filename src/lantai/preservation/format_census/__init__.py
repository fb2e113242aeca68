"""Format census 格式普查: which formats the holdings are in, and which of them are at risk."""
