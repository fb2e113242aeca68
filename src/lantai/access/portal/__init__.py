"""Portal 门户: what anyone may see without signing in."""
