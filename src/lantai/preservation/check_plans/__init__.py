"""Check plans 检测方案: which items an archives checks, and how grave each is, in versions."""
