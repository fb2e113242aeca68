"""Reports 报表 of the access floor: one file a report, found by its place."""
