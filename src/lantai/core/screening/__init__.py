"""Screening 智能预审: personal data and sensitive content in a text, each with its place."""
