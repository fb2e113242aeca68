"""The gallery of components (构件陈列)."""
