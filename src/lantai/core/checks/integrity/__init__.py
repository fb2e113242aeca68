"""完整性: is it all there; one file a check."""
