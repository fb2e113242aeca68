"""Certificates 出证: what the archives attests from its holdings, signed and open to verification."""
