"""The rules 发票规则: one file a rule."""
