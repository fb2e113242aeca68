"""PostgreSQL beside the index: trigrams (pg_trgm), or bigrams as a text vector, each in GIN.

The server is one of its own, its data in the peer's folder, with memory as a server of this size
would be given. It is started by the first who opens the folder and stopped by the same.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.postgres import binaries

from benchmarks.search.peers import TEXT, Asked, Peer, Row, pairs, resident, used_by

SETTINGS = (
    "shared_buffers=2GB", "maintenance_work_mem=1GB", "work_mem=64MB", "effective_cache_size=8GB",
    "max_wal_size=8GB", "fsync=off", "listen_addresses=127.0.0.1", "max_connections=60",
    "random_page_cost=1.1",
)  # fmt: skip


class Postgres(Peer):
    """One table with B-trees on code, fonds and day, and GIN over the text."""

    def __init__(self, place: Path, kind: str) -> None:
        super().__init__(place)
        self.kind, self.name = kind, f"PostgreSQL {kind}"
        self.server: subprocess.Popen[bytes] | None = None
        self.db: Any = None

    def open(self) -> None:
        import psycopg

        if not (self.place / "port").exists():
            self._start()
        port = (self.place / "port").read_text()
        url = f"postgresql://lantai@127.0.0.1:{port}/postgres"
        for attempt in range(300):
            try:
                self.db = psycopg.connect(url, autocommit=True)
                break
            except psycopg.OperationalError:
                if attempt == 299:
                    raise
                time.sleep(0.1)
        self.db.execute("set max_parallel_workers_per_gather = 0")  # one process to be timed
        self.backend = self.db.info.backend_pid

    def close(self) -> None:
        self.db.close()
        if self.server is not None:
            (self.place / "port").unlink()
            self.server.send_signal(2)
            self.server.wait(60)

    def processor(self) -> float:
        return used_by(self.backend)

    def memory(self) -> int:
        return resident(self.backend)

    def _start(self) -> None:
        found = binaries()
        if found is None:
            raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql")
        data, user = self.place / "data", []
        if os.geteuid() == 0:
            shutil.chown(self.place, "postgres")
            user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        quiet: dict[str, Any] = {
            "stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT, "cwd": str(self.place),
        }  # fmt: skip
        if not data.exists():
            subprocess.run(
                [*user, str(found / "initdb"), "-D", str(data), "-U", "lantai", "-A", "trust",
                 "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], check=True, **quiet,
            )  # fmt: skip
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        chosen = [word for setting in SETTINGS for word in ("-c", setting)]
        self.server = subprocess.Popen(
            [*user, str(found / "postgres"), "-D", str(data), "-p", str(port), *chosen,
             "-c", f"unix_socket_directories={self.place}"], **quiet,
        )  # fmt: skip
        (self.place / "port").write_text(str(port))

    def fill(self, rows: Iterator[Row]) -> None:
        self.open()
        vector = self.kind == "bigram"
        self.db.execute("create extension if not exists pg_trgm")
        self.db.execute(
            "create table record (n bigint, code text, title text, fonds text, day int, year int,"
            " body text" + (", v tsvector)" if vector else ")")
        )
        columns = "n, code, title, fonds, day, year, body" + (", v" if vector else "")
        with self.db.cursor().copy(f"copy record ({columns}) from stdin") as copy:
            for n, row in enumerate(rows):
                text = row[TEXT]
                values = [n, row[1], row[2], row[1][:4], int(row[5]), int(row[6]), text]
                if vector:
                    values.append(_vector(text))
                copy.write_row(values)
        how = "v" if vector else "body gin_trgm_ops"
        self.db.execute(f"create index on record using gin ({how})")
        for column in ("code text_pattern_ops", "fonds, year", "day"):
            self.db.execute(f"create index on record ({column})")
        self.db.execute("vacuum analyze record")
        self.close()

    def ask(self, asked: Asked) -> int:
        where, values = ["true"], []
        for word in asked.words:
            if self.kind == "bigram":
                where.append("v @@ %s::tsquery")
                values.append("<->".join(f"'{_sign(pair)}'" for pair in pairs(word)))
            else:
                where.append("body like %s")
                values.append(f"%{word}%")
        if asked.fonds:
            where.append("fonds = %s")
            values.append(asked.fonds)
        if asked.years:
            where.append("year between %s and %s")
            values += asked.years  # type: ignore[arg-type]
        if asked.prefix:
            where.append("code like %s")
            values.append(f"{asked.prefix}%")
        condition = " and ".join(where)
        found = self.db.execute(f"select count(*) from record where {condition}", values)
        total = int(found.fetchone()[0])
        order = "day" if asked.by_date else "n"
        self.db.execute(
            f"select n, code, title from record where {condition} order by {order} "
            f"limit 20 offset {asked.offset}", values,
        ).fetchall()  # fmt: skip
        if asked.facets:
            for column in ("fonds", "year"):
                self.db.execute(
                    f"select {column}, count(*) from record where {condition} group by 1",
                    values,
                ).fetchall()
        return total


def _sign(text: str) -> str:
    return text.replace("\\", "x").replace("'", "x")


def _vector(text: str) -> str:
    places: dict[str, list[int]] = {}
    for n, pair in enumerate(pairs(text), 1):
        places.setdefault(_sign(pair), []).append(n)
    out = io.StringIO()
    for pair, where in places.items():
        out.write(f"'{pair}':{','.join(map(str, where[:200]))} ")
    return out.getvalue()
