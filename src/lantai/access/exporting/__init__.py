"""Exporting 目录导出: what a viewer may see, as a table to take away."""
