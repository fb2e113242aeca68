"""查毒: one file a virus engine."""
