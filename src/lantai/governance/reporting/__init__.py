"""Reporting 统计报表: a report yields rows; this feature writes the page and the files."""
