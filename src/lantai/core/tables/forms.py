"""Forms of a catalogue 目录格式: what it can be taken away in, for page and command alike."""

CATALOGUE_FORMS = ("xlsx", "csv", "tsv", "jsonl", "xml", "ead", "dbf")
WHOLE_FORMS = ("xlsx", "dbf")  # of them those written to a file before they can be given
