"""签名引擎: one file a kind of signature."""
