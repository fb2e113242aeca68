"""Tests of opening review."""
