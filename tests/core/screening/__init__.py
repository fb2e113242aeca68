"""Tests of the opening screening."""
