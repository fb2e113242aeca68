"""The doors keep no rows."""
