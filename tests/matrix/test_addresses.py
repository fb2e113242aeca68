"""Every address of the URLconf, walked by everybody: no 500, no entry, no hidden word."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.matrix.channels import _text, found_in
from tests.matrix.world import EXPECTED, VIEWERS, World, hidden

pytestmark = pytest.mark.django_db
PUBLIC = set(EXPECTED["public"]["names"])
REFUSED = {401, 403, 404, 405}
GALLERY = "gallery"  # the components' own show, without a record in it


def patterns() -> dict[str, list[str]]:
    """Name of every address → the arguments it takes."""
    found: dict[str, list[str]] = {}

    def walk(resolver: URLResolver, spaces: tuple[str, ...]) -> None:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                walk(entry, (*spaces, *([entry.namespace] if entry.namespace else [])))
            elif isinstance(entry, URLPattern) and entry.name:
                name = ":".join((*spaces, entry.name))
                found[name] = [
                    f"{key}:{type(c).__name__}" for key, c in entry.pattern.converters.items()
                ]

    walk(get_resolver(), ())
    return dict(sorted(found.items()))


def nameless() -> list[str]:
    """Addresses without a name cannot be listed as public: there may be none."""

    def walk(resolver: URLResolver) -> Iterator[str]:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                yield from walk(entry)
            elif not entry.name:
                yield str(entry.pattern)

    return list(walk(get_resolver()))


def arguments(world: World, converters: list[str], which: str) -> dict[str, Any]:
    """Arguments that lead to a record of this state where an address speaks of records."""
    record = world.records[which]
    part = record.components.order_by("sequence").first()
    known = {
        "uid": record.uid,
        "pk": part.pk,
        "username": "archivist",
        "code": "J012",
        "holder": "YX",
        "fonds": "J012",
        "number": 1,
        "key": "holdings-by-decade",
        "active": 0,
        "assignment": 1,
    }
    kinds = {"UUIDConverter": uuid.uuid4(), "IntConverter": 1}
    made = {}
    for converter in converters:
        key, kind = converter.split(":")
        value = known.get(key, kinds.get(kind, "x"))
        if kind == "IntConverter" and not isinstance(value, int):
            value = 1
        made[key] = str(value) if kind in {"StringConverter", "SlugConverter"} else value
    return made


def addresses(world: World, state: str = "closed") -> Iterator[tuple[str, str]]:
    for name, converters in patterns().items():
        yield name, reverse(name, kwargs=arguments(world, converters, state))


def test_every_address_has_a_name_and_the_public_list_names_addresses():
    assert nameless() == []
    assert set(patterns()) >= PUBLIC


def test_nobody_enters_what_is_not_on_the_public_list(world: World):
    entered = []
    for name, address in addresses(world):
        if name in PUBLIC or name.startswith(GALLERY):
            continue
        for method in ("get", "post"):
            answer = getattr(world.client("nobody"), method)(address)
            to_login = answer.status_code == 302 and answer["Location"].startswith("/login/")
            if not to_login and answer.status_code not in REFUSED:
                entered.append(f"{method} {address} ({name}): {answer.status_code}")
    assert not entered, "\n".join(entered)


@pytest.mark.parametrize("viewer", VIEWERS)
def test_no_address_breaks_or_tells_a_hidden_word(world: World, viewer: str):
    wrong = []
    for name, address in addresses(world, "closed"):
        if name == "accounts:logout":
            continue
        answer = world.client(viewer).get(address)
        if answer.status_code >= 500 and answer.status_code != 503:
            wrong.append(f"{address} ({name}): {answer.status_code}")
            continue
        told = found_in(_text(answer)) & hidden(viewer)
        if told:
            wrong.append(f"LEAK {address} ({name}) tells {viewer} of {sorted(told)}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("viewer", ["archivist", "officer"])
def test_an_empty_form_changes_nothing_and_breaks_nothing(world: World, viewer: str):
    broken = []
    for name, address in addresses(world):
        if name in {"accounts:logout"} or name.startswith("accounts:"):
            continue
        answer = world.client(viewer).post(address, {})
        if answer.status_code >= 500 and answer.status_code != 503:
            broken.append(f"POST {address} ({name}): {answer.status_code}")
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("viewer", ["nobody", "archivist"])
def test_a_post_without_its_token_is_refused_everywhere(world: World, viewer: str):
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    if viewer != "nobody":
        strict.cookies = world.client(viewer).cookies
    taken = []
    for name, address in addresses(world):
        answer = strict.post(address, {"x": "y"})
        if answer.status_code not in {400, *REFUSED} and not (
            answer.status_code == 302 and "/login/" in answer["Location"]
        ):
            taken.append(f"{address} ({name}): {answer.status_code}")
    assert not taken, "\n".join(taken)


def test_the_wrong_archives_archivist_meets_the_same_words_as_for_no_such_thing(world: World):
    """Guessing ids: what exists elsewhere and what does not exist cannot be told apart."""
    told = []
    for name, converters in patterns().items():
        if not any(c.startswith("uid:") for c in converters):
            continue
        real = arguments(world, converters, "closed")
        guess = {**real, "uid": uuid.uuid4()}
        answers = [
            world.client("other_archivist").get(reverse(name, kwargs=kwargs))
            for kwargs in (real, guess)
        ]
        codes = [a.status_code for a in answers]
        bodies = [
            _text(a).replace(str(real["uid"]), "UID").replace(str(guess["uid"]), "UID")
            for a in answers
        ]
        if codes[0] != codes[1] or codes[0] == 200 or len(bodies[0]) != len(bodies[1]):
            told.append(f"{name}: {codes}")
    assert not told, "\n".join(told)


def test_numbers_next_door_lead_nowhere(world: World):
    """A component's number under another record's uid, and numbers beyond the last."""
    opened, closed = world.records["open_published"], world.records["closed"]
    part = closed.components.order_by("sequence").first()
    for viewer in ("nobody", "other_archivist", "sysadmin"):
        for name in ("viewing:file", "viewing:text"):
            for uid in (opened.uid, closed.uid):
                answer = world.client(viewer).get(reverse(name, args=[uid, part.pk]))
                assert answer.status_code in REFUSED, (viewer, name)
                assert "密议疏浚" not in _text(answer)
