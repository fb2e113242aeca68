"""Groonga beside the index: its bigram tokenizer over the same text, asked through a pipe.

Every sign is part of a bigram (`TokenBigramSplitSymbolAlphaDigit`), as in ours; fonds, year, day
and code have indexes of their own. Ranked by its own score. It filters no viewer.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

from benchmarks.search.peers import TEXT, Asked, Peer, Row, resident, used_by

COLUMNS = {
    "code": "ShortText",
    "title": "Text",
    "fonds": "ShortText",
    "day": "Int32",
    "year": "Int32",
    "body": "Text",
}
TOKENS = "--default_tokenizer TokenBigramSplitSymbolAlphaDigit"


class Groonga(Peer):
    """The program itself, one process, its database in a folder."""

    name = "Groonga bigrams"

    def open(self) -> None:
        self._run()

    def _run(self, *options: str) -> None:
        program = shutil.which("groonga")
        if program is None:
            raise RuntimeError("Groonga is not installed: apt-get install groonga-bin")
        self.process = subprocess.Popen(
            [program, *options, str(self.place / "db")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()

    def memory(self) -> int:
        return resident(self.process.pid)

    def say(self, command: str, values: Any = None) -> Any:
        """The answer to a command, given rows to load if any."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        given = [command] if values is None else [command, json.dumps(values, ensure_ascii=False)]
        self.process.stdin.write(("\n".join(given) + "\n").encode())
        self.process.stdin.flush()
        head, *body = json.loads(self.process.stdout.readline())
        if head[0]:
            raise RuntimeError(f"Groonga: {head[3]} ({command[:80]})")
        return body[0]

    def processor(self) -> float:
        return used_by(self.process.pid)

    def fill(self, rows: Iterator[Row]) -> None:
        self._run("-n")
        self.say("table_create Records TABLE_NO_KEY")
        for name, kind in COLUMNS.items():
            self.say(f"column_create Records {name} COLUMN_SCALAR {kind}")
        batch: list[Any] = [list(COLUMNS)]
        for row in rows:
            batch.append([row[1], row[2], row[1][:4], int(row[5]), int(row[6]), row[TEXT]])
            if len(batch) > 2_000:
                self.say("load --table Records", batch)
                del batch[1:]
        if len(batch) > 1:
            self.say("load --table Records", batch)
        self.index("body", f"TABLE_PAT_KEY ShortText {TOKENS}", "COLUMN_INDEX|WITH_POSITION")
        self.index("code", "TABLE_PAT_KEY ShortText")
        self.index("fonds", "TABLE_HASH_KEY ShortText")
        for name in ("day", "year"):
            self.index(name, "TABLE_PAT_KEY Int32")
        self.close()

    def index(self, name: str, lexicon: str, kind: str = "COLUMN_INDEX") -> None:
        """An index of one column."""
        self.say(f"table_create By_{name} {lexicon}")
        self.say(f"column_create By_{name} of_records {kind} Records {name}")

    def ask(self, asked: Asked) -> int:
        wanted = [f"body @ {_text(word)}" for word in asked.words]
        if asked.fonds:
            wanted.append(f"fonds == {_text(asked.fonds)}")
        if asked.years:
            wanted.append(
                f"between(year, {asked.years[0]}, 'include', {asked.years[1]}, 'include')"
            )
        if asked.prefix:
            wanted.append(f"code @^ {_text(asked.prefix)}")
        order = "day" if asked.by_date else "-_score" if asked.words else "_id"
        filtered = " && ".join(wanted).replace("\\", "\\\\").replace('"', '\\"')
        command = (
            f'select Records --filter "{filtered}" --output_columns _id,code,title '
            f"--sort_keys {order} --offset {asked.offset} --limit 20 --cache no"
        )
        if asked.facets:
            command += " --drilldown fonds,year --drilldown_limit -1"
        return int(self.say(command)[0][0][0])


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
