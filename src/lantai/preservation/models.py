"""Gathers preservation's nouns for Django."""
