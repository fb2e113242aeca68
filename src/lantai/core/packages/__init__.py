"""包: packages as they come and go 信息包."""
