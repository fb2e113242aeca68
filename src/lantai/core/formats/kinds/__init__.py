"""One file a format: each reads one family of files."""
