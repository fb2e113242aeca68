"""Weights 排序权重: what it is worth where a word stands, and being the very one asked for."""

# Ranking 排序: being the very one asked for outweighs any wording.
WORD_IN_TITLE, WORD_IN_BODY, OTHER_NAME = 12.0, 2.0, 0.5
FOUND = 0.001  # being found at all: of nothing no order could be made, and pages would overlap
TITLE_SHARE, TEXT_SHARE = 1.0, 0.02  # of the engine's own score: short titles before long ones
TITLE_IS, CODE_IS, DOC_NO_IS, CREATOR_IS = 900.0, 1200.0, 1100.0, 300.0
DOC_NO_HAS, TITLE_HAS, TITLE_ENDS, TITLE_BEGINS, CREATOR_HAS = 500.0, 150.0, 60.0, 30.0, 100.0
NEARLY_TITLE, NEARLY_NAMED, NEARLY_HELD = 900.0, 500.0, 200.0
ANYWHERE = {  # where text is looked for: what standing there is worth, and its share of BM25
    "title_grams": (WORD_IN_TITLE, TITLE_SHARE),
    "body_grams": (WORD_IN_BODY, TEXT_SHARE),
    "creator_grams": (WORD_IN_BODY, TEXT_SHARE),
    "code_grams": (WORD_IN_BODY, TEXT_SHARE),
    "full_grams": (0.0, TEXT_SHARE),
}
