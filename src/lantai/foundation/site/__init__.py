"""Site 本馆设置: what an archives sets once: its name, its hours, its limits."""
