"""信息包: what is handed over, kept and given out, and how to read and write it."""
