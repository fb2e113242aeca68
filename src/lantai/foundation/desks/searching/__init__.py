"""Searching 四桌检索: what lies on the four desks, found by a word through the search engine."""
