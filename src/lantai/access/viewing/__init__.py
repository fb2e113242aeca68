"""Viewing 阅览: the bytes, page images and texts of components, to whom the record is open."""
