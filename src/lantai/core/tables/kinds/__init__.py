"""The kinds of table files, one file a kind."""
