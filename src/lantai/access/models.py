"""Gathers access's nouns for Django."""
