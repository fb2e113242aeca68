"""Reports 报表 of the preservation floor: one file a report, found by its place."""
