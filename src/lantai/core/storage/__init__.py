"""存储: the storage port: where packages are kept."""
