"""Transfers 移交: a unit hands a batch of filed documents over to its archives, signed for."""
