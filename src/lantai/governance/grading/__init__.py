"""Grading 定级: red archives scored by criteria, each with its weight."""
