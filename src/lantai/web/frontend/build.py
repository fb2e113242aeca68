"""Join the components' styles and islands into one file each (构建前端).

``python -m lantai.web.frontend.build`` writes static/build/lantai.css and lantai.js from
``frontend/`` (tokens, ground, print, start) and ``components/<name>/<name>.css|js``. A block
``@dark { … }`` in a style sheet is written out twice: for readers whose system is dark, and for
those who chose dark here.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

FRONTEND = Path(__file__).parent
WEB = FRONTEND.parent
COMPONENTS = WEB / "components"
STATIC = WEB / "static"
BUILD = STATIC / "build"

FIRST_STYLES = ("tokens.css", "ground.css", "layout.css")
LAST_STYLES = ("print.css",)
FIRST_SCRIPTS = ("islands.js",)

_DARK = re.compile(r"@dark\s*\{([^{}]*)\}")
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


def expand_dark(css: str) -> str:
    """Write each ``@dark { … }`` block for the system's choice and for the reader's own."""
    system = r"@media (prefers-color-scheme: dark) { :root:not([data-theme='light']) {\1} }"
    chosen = r":root[data-theme='dark'] {\1}"
    return _DARK.sub(f"{system}\n{chosen}", css)


def _component_files(suffix: str) -> list[Path]:
    return sorted(COMPONENTS.glob(f"*/*{suffix}"))


def styles() -> str:
    """Return the whole style sheet."""
    files = [FRONTEND / name for name in FIRST_STYLES]
    files += _component_files(".css")
    files += [FRONTEND / name for name in LAST_STYLES]
    text = "\n".join(_COMMENT.sub("", path.read_text(encoding="utf-8")).strip() for path in files)
    return expand_dark(text) + "\n"


def scripts() -> str:
    """Return all islands as one script; each file is closed in its own function."""
    files = [FRONTEND / name for name in FIRST_SCRIPTS] + _component_files(".js")
    bodies = [
        f"// {path.parent.name}/{path.name}\n(function () {{\n'use strict';\n"
        f"{path.read_text(encoding='utf-8').strip()}\n}})();"
        for path in files
    ]
    return "\n\n".join(bodies) + "\n"


def build(target: Path = BUILD) -> list[Path]:
    """Write the built files into `target` and return them; unchanged files are left alone."""
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in (("lantai.css", styles()), ("lantai.js", scripts())):
        path = target / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def main() -> int:
    """Run as a command."""
    for path in build():
        sys.stderr.write(f"built {path.name}: {path.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
