"""Adapting 修订定义: an institution's own version of a definition, laid over the shipped file."""
