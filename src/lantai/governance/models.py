"""Gathers governance's nouns for Django."""
