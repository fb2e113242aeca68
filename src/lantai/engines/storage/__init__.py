"""存储引擎: one file a kind of store; found by the scheme of its address."""
