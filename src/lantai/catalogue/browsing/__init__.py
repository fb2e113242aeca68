"""Browsing 浏览: fonds, their trees, charts and tables, as far as the viewer may see."""
