"""Collection scope 收集档案范围: an archives' approved rules, asked when something is transferred."""
