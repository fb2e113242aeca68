"""Reports 报表 of the catalogue floor: one file a report, found by its place."""
