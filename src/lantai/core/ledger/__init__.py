"""台账: how one entry is chained to the last, and the files that hold the chain."""
