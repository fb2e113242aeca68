"""利用: search, opening review, requests, certificates, portal."""
