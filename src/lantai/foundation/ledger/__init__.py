"""Ledger 台账: append-only, hash-chained PREMIS events; the database's copy of the segments."""
