"""检索: the search port: what a document is, what a question is, what comes back."""
