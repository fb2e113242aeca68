"""Codes 档号: the counter of each scope, and the codes that records had before."""
