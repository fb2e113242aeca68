"""真实性: is it what it claims to be; one file a check."""
