"""可用性: can it be read and used; one file a check."""
