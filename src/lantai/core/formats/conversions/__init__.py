"""The shelf of migrations 格式转换: one file a way from formats at risk to one that is kept."""
