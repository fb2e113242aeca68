"""Preservation migration 格式转换: copies of files at risk in formats that last."""
