"""Reports 报表 of the governance floor: one file a report, found by its place."""
