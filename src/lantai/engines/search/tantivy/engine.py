"""The embedded index 嵌入式检索引擎: Tantivy behind the search port, one writer, many readers."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import tantivy

from lantai.core.search.analysis import compact
from lantai.core.search.asking import NOT_YET, check_query
from lantai.core.search.cursor import read_cursor, write_cursor
from lantai.core.search.nearness import notes_of
from lantai.core.search.port import (
    IndexBusy,
    IndexDamaged,
    IndexEngine,
    IndexSink,
    IndexSwitched,
    QueryRefused,
    SearchDocument,
    SearchPage,
    SearchQuery,
    SearchUnavailable,
)
from lantai.core.search.query import parse_query
from lantai.engines.search.tantivy.answers import (
    facets,
    page,
)
from lantai.engines.search.tantivy.deciding import Deciding
from lantai.engines.search.tantivy.documents import build_documents
from lantai.engines.search.tantivy.files import IndexFolder, Pointer, damaged, without_lengths
from lantai.engines.search.tantivy.mapped import MOST, Mapped
from lantai.engines.search.tantivy.merging import MERGING
from lantai.engines.search.tantivy.putting import Putting, Standing
from lantai.engines.search.tantivy.queries import Compiler
from lantai.engines.search.tantivy.reading import Reading
from lantai.engines.search.tantivy.schema import (
    ANALYSED,
    build_schema,
    register_tokenizers,
    schema_name,
)
from lantai.engines.search.tantivy.suggesting import suggested


@dataclass(frozen=True, slots=True)
class _Reader:
    """An opened generation, and the stamps by which a newer state is known."""

    index: tantivy.Index
    generation: int
    pointer: tuple[int, int]
    commit: tuple[int, int]

    @property
    def state(self) -> list[int]:
        return [self.generation, *self.commit]


class TantivySearch(IndexEngine):
    """The index in one folder. Readers follow commits and rebuilds by looking at two files.

    While `texts` says where they stand, what is put is indexed without its texts.
    """

    id = "tantivy"

    def __init__(
        self, path: Path | str, memory: int = 64_000_000, threads: int = 1, mapped: int = MOST
    ) -> None:
        """``memory`` bytes are taken while writing, shared by ``threads``.

        Reading, it is opened anew once it holds ``mapped`` bytes of its files in memory.
        """
        self._folder = IndexFolder(Path(path), schema_name())
        self._memory, self._threads = memory, threads
        self._lock = threading.RLock()
        self._reader: _Reader | None = None
        self._mapped = Mapped(mapped)
        self._writer: tantivy.IndexWriter | None = None
        self._writing = 0  # generation being written
        self._written: tantivy.Index | None = None
        self._putting: Putting | None = None
        self._pending = False

    @classmethod
    def open(cls, location: str) -> Self:
        """The index at a path: ``tantivy:///var/lib/lantai/index``."""
        if not location:
            raise ValueError("tantivy:// needs a path, as in tantivy:///var/lib/lantai/index")
        return cls(location)

    # -- writing ------------------------------------------------------------

    def put(self, documents: Iterable[SearchDocument]) -> int:
        """Add or replace; visible after `commit`. `IndexBusy` when another process writes."""
        with self._lock:
            putting = self._open_writer()
            self._pending = True
            return putting.put(documents)

    def delete(self, ids: Iterable[str]) -> None:
        """Remove by id; done after `commit`."""
        with self._lock:
            putting = self._open_writer()
            self._pending = True
            putting.delete(ids)

    def commit(self) -> None:
        """Make what was put visible and durable.

        `IndexSwitched` when a rebuild in another process replaced the index meanwhile: what
        was put since the last commit must be put again.
        """
        with self._lock:
            if self._writer is None or self._putting is None or not self._pending:
                return
            pointer = self._folder.serving()
            if pointer is None or pointer.generation != self._writing:
                self.release()
                raise IndexSwitched(
                    "索引已被重建替换，请重新提交本批更改。",
                    "A rebuild replaced the index; put these changes again.",
                )
            try:
                self._putting.flush()
                self._writer.commit()
                self._putting = self._put_into(self._writer)
            except (ValueError, OSError) as error:
                self.release()
                raise SearchUnavailable(
                    "索引写入失败，请检查磁盘空间后重试。",
                    f"The index could not be written ({error}); check the disk and try again.",
                ) from error
            self._pending = False

    def release(self) -> None:
        """Give up writing (uncommitted changes are dropped), so that another process may."""
        with self._lock:
            self._writer, self._pending = None, False
            self._written = self._putting = None

    def close(self) -> None:
        """Give up everything; the object may be used again."""
        with self._lock:
            if self._writer is not None and not self._pending:
                self._writer.wait_merging_threads()
            self.release()
            self._reader = None

    def rebuild(
        self,
        documents: Iterable[SearchDocument],
        catch_up: Callable[[IndexSink], None] | None = None,
    ) -> int:
        """Build beside the serving index, then switch. Ids must be distinct.

        Searching and writing go on meanwhile; put changes made since the documents were read
        in ``catch_up``. On any error the serving index stays. Returns how many were put.
        """
        serving = self._pointer()
        target = self._last_generation() + 1
        folder = self._folder.generation(target)
        self._clear(folder)
        index = _create(folder)
        writer = self._writer_of(index)
        try:
            if self._pointer() != serving:
                raise _busy()
            count = 0
            for _term, built in build_documents(documents, self.texts is None):
                writer.add_json(built)
                count += 1
            writer.commit()
            if catch_up is not None:
                catch_up(sink := Putting(writer, self.texts is None))
                sink.flush()
                writer.commit()
            writer.wait_merging_threads()
        except BaseException:
            del writer, index
            shutil.rmtree(folder, ignore_errors=True)
            raise
        with self._lock:
            self._folder.switch(target)
            if not self._pending:
                self.release()
        self._folder.remove_old(target)
        return count

    def _pointer(self) -> Pointer | None:
        try:
            return self._folder.read()
        except IndexDamaged:
            return None

    def _last_generation(self) -> int:
        if pointer := self._pointer():
            return pointer.generation
        numbers = [p.name.rpartition("-")[2] for p in self._folder.path.glob("generation-*")]
        return max((int(number) for number in numbers if number.isdigit()), default=0)

    def _clear(self, folder: Path) -> None:
        """Remove what an interrupted rebuild left; `IndexBusy` when it still runs."""
        if not folder.exists():
            return
        try:
            index = tantivy.Index.open(str(folder))
        except (ValueError, OSError):
            index = None
        if index is not None:
            self._writer_of(index)
        shutil.rmtree(folder, ignore_errors=True)

    def _open_writer(self) -> Putting:
        pointer = self._folder.serving()
        if self._putting is not None and pointer and pointer.generation == self._writing:
            return self._putting
        if self._writer is not None and self._pending:
            self.commit()  # says that the index was switched
        if pointer is None:
            target = self._last_generation() + 1
            index = _create(self._folder.generation(target))
            self._writer, self._writing = self._writer_of(index), target
            self._writer.commit()
            self._folder.switch(target)
        else:
            index = self._opened(pointer.generation)
            self._writer, self._writing = self._writer_of(index), pointer.generation
        self._written = index
        self._putting = self._put_into(self._writer)
        return self._putting

    def _put_into(self, writer: tantivy.IndexWriter) -> Putting:
        """What is put from now on stands on what was committed."""
        standing = Standing(self._written) if self._written else None
        return Putting(writer, self.texts is None, standing)

    def _writer_of(self, index: tantivy.Index) -> tantivy.IndexWriter:
        MERGING.watch(self._folder.path)
        try:
            return index.writer(self._memory, self._threads)
        except ValueError as error:
            if "LockBusy" in str(error):
                raise _busy() from error
            raise SearchUnavailable(
                "无法写入检索索引。", f"The index cannot be written: {error}"
            ) from error

    def _opened(self, generation: int) -> tantivy.Index:
        try:
            index = tantivy.Index.open(str(self._folder.generation(generation)))
        except (ValueError, OSError) as error:
            raise damaged(self._folder.path, error) from error
        register_tokenizers(index)
        index.config_reader("manual")
        return index

    # -- reading ------------------------------------------------------------

    def count(self) -> int:
        """How many records the index holds."""
        reader = self._read()
        return reader.index.searcher().num_docs if reader else 0

    def search(self, query: SearchQuery) -> SearchPage:
        """One page of answers. `QueryRefused`, or `SearchUnavailable` when there is no index."""
        started = time.perf_counter()
        parsed = parse_query(query.text)
        check_query(query)
        place = read_cursor(query)
        reader = self._read()
        if reader is None:
            return SearchPage((), 0, _since(started), notes=(*parsed.notes, NOT_YET))
        try:
            compiler = Compiler(reader.index.schema, reader.index.searcher())
            reading = Reading(compiler.searcher, self.texts, query.viewer_tokens)
            answer = Deciding(query, parsed, compiler, reading, place, reader.state).answer()
            hits, following = page(answer, place, reader.state)
            counts = facets(answer)
        except (ValueError, OSError) as error:
            if isinstance(error, QueryRefused):
                raise
            if "RegexQueryError" in str(error):
                raise QueryRefused(
                    "通配检索过于复杂，请简化后重试。", "The wildcard is too complex; simplify it."
                ) from error
            raise damaged(self._folder.path, error) from error
        return SearchPage(
            hits=hits,
            total=answer.total,
            took_ms=_since(started),
            facets=counts,
            next=write_cursor(query, following) if following else "",
            capped=answer.estimated,
            near=answer.near,
            notes=notes_of(parsed, answer.nearly, answer.total),
        )

    def suggest(
        self, prefix: str, viewer_tokens: frozenset[str] | None, limit: int = 8
    ) -> list[str]:
        """Titles that begin with the text, then those that hold it, short ones first."""
        text = compact(prefix[:100])
        reader = self._read()
        if not text or reader is None or limit <= 0:
            return []
        compiler = Compiler(reader.index.schema, reader.index.searcher())
        found = suggested(compiler, text, viewer_tokens, min(limit, 50) * 4)
        read = Reading(compiler.searcher, self.texts, viewer_tokens).titles(found)
        titles = dict.fromkeys(title for _, title in read if title)
        begins = sorted(titles, key=lambda title: not compact(title).startswith(text))
        return begins[:limit]

    def _read(self) -> _Reader | None:
        """The serving generation, followed to its last commit; None when there is none yet."""
        for attempt in range(5):
            with self._lock:
                reader = self._reader
                pointer_stamp = self._folder.stamp()
                if reader is not None and reader.pointer == pointer_stamp != (0, 0):
                    commit = self._folder.commit_stamp(reader.generation)
                    if commit == reader.commit:
                        return self._lighter(reader) if self._mapped.too_much() else reader
                try:
                    return self._follow(reader, pointer_stamp)
                except IndexDamaged:
                    self._reader = None
                    if attempt == 4:
                        raise
            time.sleep(0.02)  # a rebuild may just be removing what we were opening
        return None

    def _lighter(self, reader: _Reader) -> _Reader:
        """The same state, opened anew; the reader itself, if that cannot be just now."""
        try:
            return self._follow(None, reader.pointer) or reader
        except IndexDamaged:
            self._reader = reader
            return reader

    def _follow(self, reader: _Reader | None, stamp: tuple[int, int]) -> _Reader | None:
        pointer = self._folder.serving()
        if pointer is None:
            if self._last_generation():
                raise damaged(self._folder.path, FileNotFoundError("current.json"))
            self._reader = None
            return None
        commit = self._folder.commit_stamp(pointer.generation)
        if reader is not None and reader.generation == pointer.generation:
            index = reader.index
        else:
            index = self._opened(pointer.generation)
        try:
            index.reload()
        except (ValueError, OSError) as error:
            raise damaged(self._folder.path, error) from error
        self._reader = _Reader(index, pointer.generation, stamp, commit)
        return self._reader


def _create(folder: Path) -> tantivy.Index:
    folder.mkdir(parents=True, exist_ok=True)
    tantivy.Index(build_schema(), path=str(folder))
    without_lengths(folder, except_for=ANALYSED)
    index = tantivy.Index.open(str(folder))
    register_tokenizers(index)
    return index


def _busy() -> IndexBusy:
    return IndexBusy(
        "检索索引正在被另一进程写入，请稍后重试。",
        "Another process is writing the index; try again later.",
    )


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)
