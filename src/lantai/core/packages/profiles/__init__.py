"""Package profiles 信息包规格: one file a profile; the shelf picks one by the look of a path."""
