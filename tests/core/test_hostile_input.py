"""A few hostile inputs for each parser in every run; `make soak` gives them an hour."""

import random

import pytest

from tests.soak.hostile import attack, targets

QUICK = ("format:ofd", "format:einvoice", "format:jp2", "format:wacz", "invoice:ofd")
SLOW = ("ofd-drawn", "question", "transfer", "bag-opened", "eark-opened")  # the soak's
KINDS = ("format:", "invoice:", "inside:", "page:")
TARGETS = {
    name: target
    for name, target in targets().items()
    if name in QUICK or not (name.startswith(KINDS) or name in SLOW)
}


@pytest.mark.parametrize("name", TARGETS)
def test_a_parser_withstands_some_hostile_input(name, tmp_path):
    chance = random.Random(f"兰台-{name}")
    for _ in range(2 if name.startswith(KINDS) else 12):
        attack(name, TARGETS[name], chance, tmp_path / "work")
