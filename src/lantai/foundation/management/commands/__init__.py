"""Commands of manage.py that Lantai has in its own way."""
