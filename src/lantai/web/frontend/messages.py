"""Interface words: gather the Chinese, check the English, compile (界面文字).

``python -m lantai.web.frontend.messages extract|check|compile``. A locale folder belongs to the
Django app it lies in (``<app>/locale/en/LC_MESSAGES/django.po``) and answers for every template
and module of that app. No gettext program is needed.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib

SOURCE = Path(__file__).parents[2]
FLOORS = ("web", "access", "resources", "preservation", "catalogue", "governance", "foundation")
FUNCTIONS = {
    "_": (0, None, None),
    "gettext": (0, None, None),
    "gettext_lazy": (0, None, None),
    "gettext_noop": (0, None, None),
    "ngettext": (0, 1, None),
    "ngettext_lazy": (0, 1, None),
    "pgettext": (1, None, 0),
    "pgettext_lazy": (1, None, 0),
    "npgettext": (1, 2, 0),
    "npgettext_lazy": (1, 2, 0),
}

_TRANS = re.compile(r"{%\s*(?:trans|translate)\s+(['\"])(.*?)\1(.*?)%}", re.DOTALL)
_CONTEXT = re.compile(r"\bcontext\s+(['\"])(.*?)\1")
_BLOCK = re.compile(
    r"{%\s*blocktrans(?:late)?\b(?P<head>.*?)%}(?P<body>.*?){%\s*endblocktrans(?:late)?\s*%}",
    re.DOTALL,
)
_PLURAL = re.compile(r"{%\s*plural\s*%}")
_VARIABLE = re.compile(r"{{\s*([^}|]+?)\s*(?:\|[^}]*)?}}")
_UNDERSCORE = re.compile(r"\b_\((['\"])(.*?)\1\)")


@dataclass
class Words:
    """One text to be translated, and the places it is used at."""

    text: str
    plural: str = ""
    context: str = ""
    places: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        """What identifies the text in a catalogue."""
        return (self.context, self.text)


def _block_text(body: str, trimmed: bool) -> str:
    text = _VARIABLE.sub(r"%(\1)s", body.replace("%", "%%") if "%" in body else body)
    if trimmed:
        text = " ".join(line.strip() for line in text.strip().splitlines())
    return text


def words_of_template(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield (text, plural, context) for each translated text of a template."""
    for match in _TRANS.finditer(text):
        context = _CONTEXT.search(match.group(3))
        yield match.group(2), "", context.group(2) if context else ""
    for match in _BLOCK.finditer(text):
        trimmed = "trimmed" in match.group("head").split()
        context = _CONTEXT.search(match.group("head"))
        singular, *plural = _PLURAL.split(match.group("body"))
        yield (
            _block_text(singular, trimmed),
            _block_text(plural[0], trimmed) if plural else "",
            context.group(2) if context else "",
        )
    for match in _UNDERSCORE.finditer(text):
        yield match.group(2), "", ""


def _constant(call: ast.Call, index: int | None) -> str:
    if index is None or index >= len(call.args):
        return ""
    value = call.args[index]
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""


def words_of_module(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield (text, plural, context) for each translated text of a Python module."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name not in FUNCTIONS:
            continue
        singular, plural, context = FUNCTIONS[name]
        found = _constant(node, singular)
        if found:
            yield found, _constant(node, plural), _constant(node, context)


def _files(app: Path) -> Iterator[Path]:
    for path in sorted(app.rglob("*")):
        inside = set(path.relative_to(app).parts)
        if path.suffix in {".py", ".html", ".txt"} and not inside & {"static", "migrations"}:
            yield path


def extract(app: Path) -> dict[tuple[str, str], Words]:
    """Return every translated text of the app in folder `app`, with its places."""
    found: dict[tuple[str, str], Words] = {}
    for path in _files(app):
        read = words_of_module if path.suffix == ".py" else words_of_template
        for text, plural, context in read(path.read_text(encoding="utf-8")):
            words = found.setdefault((context, text), Words(text, plural, context))
            words.plural = words.plural or plural
            place = path.relative_to(app).as_posix()
            if place not in words.places:
                words.places.append(place)
    return found


def apps(source: Path = SOURCE) -> list[Path]:
    """Return the app folders that have, or should have, a locale of their own."""
    return [source / name for name in FLOORS if (source / name).is_dir()]


def catalogue(app: Path) -> Path:
    """Return the place of the app's English."""
    return app / "locale" / "en" / "LC_MESSAGES" / "django.po"


def _open(path: Path) -> polib.POFile:
    if path.is_file():
        return polib.pofile(str(path), wrapwidth=96)
    po = polib.POFile(wrapwidth=96)
    po.metadata = {
        "Project-Id-Version": "lantai",
        "Language": "en",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return po


def update(app: Path) -> tuple[int, int]:
    """Bring the app's catalogue up to date; return how many texts it has and lack English."""
    found = extract(app)
    if not found:
        return 0, 0
    path = catalogue(app)
    po = _open(path)
    known = {(entry.msgctxt or "", entry.msgid): entry for entry in po}
    for key, entry in known.items():
        if key not in found:
            po.remove(entry)
    for key, words in found.items():
        entry = known.get(key)
        if entry is None:
            entry = polib.POEntry(msgid=words.text, msgctxt=words.context or None)
            po.append(entry)
        if words.plural:
            entry.msgid_plural = words.plural
            entry.msgstr_plural = entry.msgstr_plural or {0: "", 1: ""}
        entry.occurrences = [(place, "") for place in words.places]
        if "%(" in words.text and "python-format" not in entry.flags:
            entry.flags.append("python-format")
    po.sort(key=lambda entry: (entry.occurrences[:1], entry.msgid))
    path.parent.mkdir(parents=True, exist_ok=True)
    po.save(str(path))
    return len(found), len(missing(app))


def missing(app: Path) -> list[str]:
    """Return one line for each text of the app that has no English yet."""
    path = catalogue(app)
    known = {(entry.msgctxt or "", entry.msgid): entry for entry in _open(path)}
    lines = []
    for key, words in extract(app).items():
        entry = known.get(key)
        if entry is None or not entry.translated():
            lines.append(f"{app.name}: {words.text!r} ({', '.join(words.places[:3])})")
    return lines


def torn(source: Path = SOURCE) -> list[str]:
    """Return one line for each text that two apps put into English differently.

    All apps' catalogues become one: of two wordings the reader would meet either, anywhere.
    Where one Chinese word is two things, give each a context.
    """
    said: dict[tuple[str, str], dict[str, str]] = {}
    for app in apps(source):
        for entry in _open(catalogue(app)):
            words = entry.msgstr or entry.msgstr_plural.get(1, "")
            if words:
                said.setdefault((entry.msgctxt or "", entry.msgid), {})[words] = app.name
    return [f"{key[1]!r}: {words}" for key, words in said.items() if len(words) > 1]


def compile_catalogues(source: Path = SOURCE) -> list[Path]:
    """Write the .mo beside every .po under `source`; newer ones are left alone."""
    written = []
    for path in sorted(source.rglob("locale/*/LC_MESSAGES/django.po")):
        target = path.with_suffix(".mo")
        if not target.is_file() or target.stat().st_mtime < path.stat().st_mtime:
            polib.pofile(str(path)).save_as_mofile(str(target))
            written.append(target)
    return written


def main(arguments: list[str] | None = None) -> int:
    """Run as a command; 1 when `check` finds a text without English, or with two."""
    parser = argparse.ArgumentParser(prog="python -m lantai.web.frontend.messages")
    parser.add_argument("action", choices=("extract", "check", "compile"))
    action = parser.parse_args(arguments).action
    if action == "extract":
        for app in apps():
            total, lacking = update(app)
            sys.stderr.write(f"{app.name}: {total} texts, {lacking} without English\n")
    elif action == "compile":
        sys.stderr.write(f"compiled {len(compile_catalogues())} catalogues\n")
    else:
        lines = [line for app in apps() for line in missing(app)]
        two = torn()
        sys.stderr.write("".join(f"no English: {line}\n" for line in lines))
        sys.stderr.write("".join(f"two English wordings: {line}\n" for line in two))
        return 1 if lines or two else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
