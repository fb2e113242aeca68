"""Tests of the access floor."""
