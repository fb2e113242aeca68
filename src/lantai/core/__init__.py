"""内核: the craft. Standard library and small parsers only; knows no web framework."""
