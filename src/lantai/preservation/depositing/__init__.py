"""Depositing 入库: files become OCFL objects, objects become records; nothing shows in between."""
