"""台账: how one entry is chained to the last, kept in sealed files, and proven off line."""
