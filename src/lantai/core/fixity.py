"""Fixity 固化信息 (校验值): several digests of a file in one reading.

SHA-512 is what OCFL addresses content by; SM3 (GB/T 32905) is what DA/T 70 and the transfer
manifests want. Both are made from the same bytes read once. ``hashlib`` lets go of the
interpreter's lock while it hashes, so a big file's digests run side by side in threads.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Protocol

from lantai.core import sm3
from lantai.core.progress import Progress, silent

ALGORITHMS = ("sha512", "sm3")
"""The digests every stored file has."""

BLOCK = 1 << 20
"""Bytes read at once: beyond 1 MiB nothing gets faster, and memory grows with the workers."""

PARALLEL_FROM = 4 * BLOCK
"""Files below this are hashed in one thread: handing blocks over costs more than it saves."""

AHEAD = 4
"""Blocks handed to the hashing threads before the reader waits for the oldest."""

AHEAD_OF_DISK = 16
"""The same where one of them waits for the disk now and then."""


class DigestUnavailable(Exception):
    """This Python can not compute the digest asked for 本机不支持该摘要算法."""


class Eater(Protocol):
    """What is given every block in turn."""

    def update(self, data: bytes, /) -> None: ...


class Hasher(Eater, Protocol):
    """What a digest in the making can do."""

    def hexdigest(self) -> str: ...


@dataclass(frozen=True)
class Digests:
    """The size in bytes and the digests, lower-case hexadecimal, by algorithm."""

    size: int
    values: dict[str, str]


class _CryptographySm3:
    """SM3 from the cryptography package, for builds of OpenSSL without it in hashlib."""

    def __init__(self) -> None:
        from cryptography.hazmat.primitives import hashes

        self._hash = hashes.Hash(hashes.SM3())

    def update(self, data: bytes, /) -> None:
        self._hash.update(bytes(data))

    def hexdigest(self) -> str:
        return self._hash.copy().finalize().hex()


@cache
def _fresh(name: str) -> Any:
    """One to make others from: a copy costs a tenth of asking OpenSSL by name."""
    try:
        return hashlib.new(name, usedforsecurity=False)
    except (ValueError, TypeError):
        return None


def new_hasher(algorithm: str) -> Hasher:
    """A digest in the making; `DigestUnavailable` names the algorithm that can not be had."""
    name = algorithm.lower().replace("-", "")
    fresh = _fresh(name)
    if fresh is not None:
        return fresh.copy()
    if name == "sm3":
        try:
            return _CryptographySm3()
        except Exception as cause:
            raise DigestUnavailable(
                "本机的 OpenSSL 与 cryptography 均不支持 SM3，请升级 cryptography / "
                "neither OpenSSL nor cryptography here offers SM3"
            ) from cause
    raise DigestUnavailable(f"不支持的摘要算法 unknown digest algorithm: {algorithm}")


def _hasher_for(algorithm: str, size: int) -> Hasher:
    """`new_hasher`, or a quicker one where so many bytes make it worth while."""
    if algorithm == "sm3" and size >= sm3.LARGE and sm3.available():
        return sm3.GcryptSm3()
    return new_hasher(algorithm)


def digest_bytes(data: bytes, algorithms: Sequence[str] = ALGORITHMS) -> Digests:
    """The digests of bytes held in memory."""
    hashers = {name: new_hasher(name) for name in algorithms}
    for hasher in hashers.values():
        hasher.update(data)
    return Digests(len(data), {name: hasher.hexdigest() for name, hasher in hashers.items()})


def digest_stream(
    stream: BinaryIO,
    algorithms: Sequence[str] = ALGORITHMS,
    *,
    expected_size: int = 0,
    beside: Eater | None = None,
) -> Digests:
    """The digests of what is left in the stream, in one reading.

    With ``expected_size`` of `PARALLEL_FROM` bytes or more each digest has its own thread, and
    so has what stands ``beside`` them and is given the same blocks.
    """
    return _pour(stream, None, algorithms, expected_size, beside)


def digest_file(path: Path, algorithms: Sequence[str] = ALGORITHMS) -> Digests:
    """The digests of a file, in one reading; `OSError` as the system gives it."""
    with Path(path).open("rb", buffering=0) as stream:
        return digest_stream(stream, algorithms, expected_size=os.fstat(stream.fileno()).st_size)  # type: ignore[arg-type]


def digest_many(
    paths: Iterable[Path],
    algorithms: Sequence[str] = ALGORITHMS,
    *,
    workers: int | None = None,
    progress: Progress = silent,
    total: int = 0,
) -> Iterator[tuple[Path, Digests | OSError]]:
    """The digests of many files, in the order given, with flat memory.

    A file that can not be read yields its `OSError` and the rest goes on.
    """
    count = workers or os.cpu_count() or 1
    waiting: deque[tuple[Path, Future[Digests | OSError]]] = deque()
    done = 0
    with ThreadPoolExecutor(count, "fixity") as pool:
        for path in paths:
            waiting.append((path, pool.submit(_digest_or_error, path, algorithms)))
            if len(waiting) >= count * 4:
                first, future = waiting.popleft()
                yield first, future.result()
                done += 1
                progress(done, total, first.name)
        while waiting:
            first, future = waiting.popleft()
            yield first, future.result()
            done += 1
            progress(done, total, first.name)


def copy_with_digests(
    source: Path | BinaryIO,
    target: Path,
    algorithms: Sequence[str] = ALGORITHMS,
    *,
    durable: bool = False,
) -> Digests:
    """Copy to a new file and digest what was read: one reading serves both.

    ``target`` must not exist (`FileExistsError`); ``durable`` also syncs it to the disk. What a
    failed copy wrote is removed again.
    """
    if isinstance(source, Path):
        with source.open("rb", buffering=0) as stream:
            size = os.fstat(stream.fileno()).st_size
            return _copy_stream(stream, target, algorithms, size, durable)  # type: ignore[arg-type]
    return _copy_stream(source, target, algorithms, 0, durable)


class HashingReader:
    """A stream that digests what is read through it; ``digests`` after the last read."""

    def __init__(self, stream: BinaryIO, algorithms: Sequence[str] = ALGORITHMS) -> None:
        self._stream = stream
        self._hashers = {name: new_hasher(name) for name in algorithms}
        self._size = 0

    def read(self, size: int = -1) -> bytes:
        """Read and digest up to ``size`` bytes (all that is left when negative)."""
        block = self._stream.read(size)
        self._size += len(block)
        for hasher in self._hashers.values():
            hasher.update(block)
        return block

    def readable(self) -> bool:
        return True

    @property
    def digests(self) -> Digests:
        """The digests of everything read so far."""
        values = {name: hasher.hexdigest() for name, hasher in self._hashers.items()}
        return Digests(self._size, values)


class _SideBySide:
    """One thread an eater; a block is released when every one has eaten it."""

    def __init__(self, eaters: Sequence[Eater], most_ahead: int = AHEAD) -> None:
        self._eaters, self._most_ahead = eaters, most_ahead
        self._pools = [ThreadPoolExecutor(1, "digest") for _ in eaters]
        self._ahead: deque[list[Future[None]]] = deque()

    def __enter__(self) -> _SideBySide:
        return self

    def feed(self, block: bytes) -> None:
        self._ahead.append(
            [
                pool.submit(eater.update, block)
                for pool, eater in zip(self._pools, self._eaters, strict=True)
            ]
        )
        if len(self._ahead) > self._most_ahead:
            self._wait()

    def _wait(self) -> None:
        for future in self._ahead.popleft():
            future.result()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        while kind is None and self._ahead:
            self._wait()
        for pool in self._pools:
            pool.shutdown(cancel_futures=kind is not None)


def _pour(
    stream: BinaryIO,
    target: BinaryIO | None,
    algorithms: Sequence[str],
    expected_size: int,
    beside: Eater | None = None,
) -> Digests:
    """Read to the end, writing on to ``target`` and digesting, threaded when it pays."""
    hashers = {name: _hasher_for(name, expected_size) for name in algorithms}
    each: list[Eater] = [*hashers.values(), *([beside] if beside is not None else [])]
    if expected_size >= PARALLEL_FROM and len(each) > 1:
        with _SideBySide(each, AHEAD if beside is None else AHEAD_OF_DISK) as side:
            size = _each_block(stream, target, side.feed)
    else:
        size = _each_block(stream, target, lambda block: _feed(each, block))
    return Digests(size, {name: hasher.hexdigest() for name, hasher in hashers.items()})


def _each_block(stream: BinaryIO, target: BinaryIO | None, feed: Callable[[bytes], None]) -> int:
    size = 0
    while block := stream.read(BLOCK):
        if target is not None:
            target.write(block)
        feed(block)
        size += len(block)
    return size


def _feed(eaters: Iterable[Eater], block: bytes) -> None:
    for eater in eaters:
        eater.update(block)


def _copy_stream(
    stream: BinaryIO, target: Path, algorithms: Sequence[str], size: int, durable: bool
) -> Digests:
    with target.open("xb") as out:
        try:
            digests = _pour(stream, out, algorithms, size)
            out.flush()
            if durable:
                os.fsync(out.fileno())
        except BaseException:
            target.unlink(missing_ok=True)
            raise
    return digests


def _digest_or_error(path: Path, algorithms: Sequence[str]) -> Digests | OSError:
    try:
        return digest_file(path, algorithms)
    except OSError as problem:
        return problem
