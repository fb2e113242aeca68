"""Reports 报表 of the resources floor: one file a report, found by its place."""
