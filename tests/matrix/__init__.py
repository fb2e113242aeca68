"""The permission matrix: role × state × action × channel, from one table."""
