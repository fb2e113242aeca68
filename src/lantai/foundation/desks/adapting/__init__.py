"""Adapting 修订定义: what is laid over a shipped definition without touching its file."""
