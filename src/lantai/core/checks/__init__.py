"""四性检测: authenticity, integrity, usability, security of a package (DA/T 70-2018)."""
