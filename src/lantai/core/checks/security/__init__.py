"""安全性: is it free of harm, and were the acts safe; one file a check."""
