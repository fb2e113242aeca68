"""Gathers the nouns of resources for Django."""
