"""Requests 查档: what a citizen asks of the archives, from the form to the rating."""
