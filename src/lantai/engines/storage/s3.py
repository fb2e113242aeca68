"""An S3-compatible store 对象存储: ``s3://bucket/prefix?endpoint=https://host:port&region=…``.

The credentials come from where every S3 program finds them (``AWS_ACCESS_KEY_ID`` and
``AWS_SECRET_ACCESS_KEY``, or the profile). Neither the store's checksums nor its conditional
writes are trusted: bytes are digested before they go and read back after. What declares a tree
goes behind its contents and its own ``inventory.json`` last, so that a half-sent tree is known by
lacking them, is no object to anybody, and is filled up when it is sent again.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import parse_qs, unquote, urlsplit

from lantai.core.fixity import digest_file, digest_stream
from lantai.core.storage.locate import StorageEngine
from lantai.core.storage.port import PathTaken, StorageFailure

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LAST = ("inventory.json", "inventory.json.sha512")
"""What makes a tree whole: sent after everything else, behind its declaration."""
DECLARATION = "0=ocfl_object_"

MULTIPART_FROM = 64 << 20  # bytes; larger files go in parts
READ_BACK_TRIES = 4  # a store that answers with old bytes is asked again, then told of
READ_BACK_WAIT = 0.5  # seconds, doubled at each try
TIMEOUT = 30  # seconds to connect or to wait for bytes
ATTEMPTS = 3  # calls before a store counts as away
AT_ONCE = 1_000  # keys removed by one call


class S3Storage(StorageEngine):
    """A store in one bucket, below a prefix."""

    id = "s3"

    def __init__(self, client: Any, bucket: str, prefix: str = "") -> None:
        self.client, self.bucket, self.prefix = client, bucket, prefix.strip("/")

    @classmethod
    def from_url(cls, url: str) -> S3Storage:
        """The store at the address; the bucket is made when it is not there."""
        parts = urlsplit(url)
        options = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if not parts.netloc:
            raise StorageFailure(f"对象存储地址缺少桶名 no bucket in the address: {url}")
        client = _client(options.get("endpoint"), options.get("region"))
        store = cls(client, parts.netloc, unquote(parts.path))
        with _telling(parts.netloc):
            try:
                client.head_bucket(Bucket=store.bucket)
            except client.exceptions.ClientError as problem:
                if _status(problem) != 404:
                    raise
                client.create_bucket(Bucket=store.bucket)
        return store

    def open(self, path: str) -> BinaryIO:
        with _telling(path):
            answer = self.client.get_object(Bucket=self.bucket, Key=self._key(path))
        return io.BufferedReader(_Body(answer["Body"], path), 1 << 20)

    def exists(self, path: str) -> bool:
        key = self._key(path)
        with _telling(path):
            for wanted in (key, f"{key}/"):
                found = self.client.list_objects_v2(Bucket=self.bucket, Prefix=wanted, MaxKeys=1)
                first = found.get("Contents", [{}])[0].get("Key", "")
                if first == key or first.startswith(f"{key}/"):
                    return True
        return False

    def size(self, path: str) -> int:
        with _telling(path):
            answer = self.client.head_object(Bucket=self.bucket, Key=self._key(path))
        return int(answer["ContentLength"])

    def walk(self, path: str = "") -> Iterator[str]:
        top = self._key(path) if path.strip("/") else self.prefix
        cut = len(self.prefix) + 1 if self.prefix else 0
        with _telling(path):
            yield from (key[cut:] for key in self._below(f"{top}/" if top else ""))

    def _below(self, start: str) -> Iterator[str]:
        """Level by level, ordered here: not every server lists in the order of whole keys."""
        pages = self.client.get_paginator("list_objects_v2")
        level = []
        for page in pages.paginate(Bucket=self.bucket, Prefix=start, Delimiter="/"):
            level += [entry["Key"] for entry in page.get("Contents", ())]
            level += [entry["Prefix"] for entry in page.get("CommonPrefixes", ())]
        for key in sorted(level, key=str.encode):
            if key.endswith("/"):
                yield from self._below(key) if key != start else ()
            else:
                yield key

    def new_staging(self) -> Path:
        return Path(tempfile.mkdtemp(prefix="lantai-s3-"))

    def move_in(self, staged: Path, path: str) -> None:
        if self.exists(path):
            if not self._half_sent(staged, path):
                raise PathTaken(f"目标已存在 already there: {path}")
            self.replace_with(staged, path)
            return
        sent: list[str] = []
        try:
            for file, place in _in_order(staged, path):
                sent.append(place)
                self._send(file, place)
        except StorageFailure:
            self._forget(sent)
            raise
        _throw_away(staged)

    def _half_sent(self, staged: Path, path: str) -> bool:
        """Is it what a killed sender left of the first version: neither inventory, no second."""
        if not (staged / LAST[0]).is_file():
            return False
        names = {place[len(path) + 1 :] for place in self.walk(path)}
        return not names.intersection(LAST) and not any(name.startswith("v2/") for name in names)

    def replace_with(self, staged: Path, path: str) -> None:
        """See `lantai.core.ocfl.copying.Replaces`: file over file, then what is too much goes."""
        places = []
        for file, place in _in_order(staged, path):
            self._send(file, place)
            places.append(place)
        self._forget(sorted(set(self.walk(path)) - set(places)))
        _throw_away(staged)

    def write(self, path: str, data: bytes) -> None:
        with _telling(path):
            self.client.put_object(Bucket=self.bucket, Key=self._key(path), Body=data)
        self._read_back(path, hashlib.sha512(data).hexdigest())

    def remove(self, path: str) -> None:
        if not path.strip("/"):
            raise StorageFailure("不能删除整个存储 the store itself is never removed")
        names = list(self.walk(path))
        self._forget(names or [path])

    def _key(self, path: str) -> str:
        parts = path.split("/")
        bad = path.startswith("/") or "\0" in path or any(p in {".", ".."} for p in parts)
        if bad or not path:
            raise StorageFailure(f"路径不合规 not a path inside the store: {path!r}")
        return f"{self.prefix}/{path}" if self.prefix else path

    def _send(self, file: Path, path: str) -> None:
        digest = digest_file(file, ("sha512",)).values["sha512"]
        with _telling(path):
            if file.stat().st_size >= MULTIPART_FROM:
                self.client.upload_file(str(file), self.bucket, self._key(path))
            else:
                with file.open("rb") as body:
                    self.client.put_object(Bucket=self.bucket, Key=self._key(path), Body=body)
        self._read_back(path, digest)

    def _read_back(self, path: str, wanted: str) -> None:
        """What the store now answers with must be what it was given; asked again, then refused."""
        wait = READ_BACK_WAIT
        for attempt in range(READ_BACK_TRIES):
            try:
                with self.open(path) as stream:
                    if digest_stream(stream, ("sha512",)).values["sha512"] == wanted:
                        return
            except StorageFailure:
                if attempt == READ_BACK_TRIES - 1:
                    raise
            if attempt < READ_BACK_TRIES - 1:
                time.sleep(wait)
                wait *= 2
        raise StorageFailure(f"写入后读回不符 the store answers with other bytes: {path!r}")

    def _forget(self, paths: list[str]) -> None:
        for start in range(0, len(paths), AT_ONCE):
            keys = [{"Key": self._key(path)} for path in paths[start : start + AT_ONCE]]
            with _telling(paths[start]):
                self.client.delete_objects(Bucket=self.bucket, Delete={"Objects": keys})


class _Body(io.RawIOBase):
    """The body of an answer as a raw stream; a connection that breaks is a `StorageFailure`."""

    def __init__(self, body: Any, path: str) -> None:
        self._body, self._path = body, path

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        with _telling(self._path):
            block = self._body.read(len(view))
        view[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self._body.close()
        super().close()


def _client(endpoint: str | None, region: str | None) -> Any:
    try:
        import boto3
        from botocore.config import Config
    except ImportError as absent:
        raise StorageFailure(
            "对象存储需要 boto3：pip install 'lantai-archives[s3]' / S3 needs boto3"
        ) from absent
    config = Config(
        connect_timeout=TIMEOUT,
        read_timeout=TIMEOUT,
        retries={"max_attempts": ATTEMPTS, "mode": "standard"},
        s3={"addressing_style": "path"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return boto3.client(
        "s3", endpoint_url=endpoint, region_name=region or "us-east-1", config=config
    )


def _in_order(staged: Path, path: str) -> list[tuple[Path, str]]:
    """Every file of a staged tree with its place, what makes it whole last."""
    if staged.is_file():
        return [(staged, path)]
    names = sorted(p.relative_to(staged).as_posix() for p in staged.rglob("*") if p.is_file())
    names.sort(key=_rank)
    return [(staged / name, f"{path}/{name}") for name in names]


def _rank(name: str) -> int:
    """Contents, then the declaration, then the inventory, then its sidecar."""
    return LAST.index(name) + 2 if name in LAST else int(name.startswith(DECLARATION))


def _throw_away(staged: Path) -> None:
    if staged.is_dir():
        shutil.rmtree(staged, ignore_errors=True)
    else:
        staged.unlink(missing_ok=True)


def _status(problem: Any) -> int:
    return int(problem.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


@contextmanager
def _telling(path: str) -> Iterator[None]:
    """Turn the client's errors into `StorageFailure` with the path and the cause."""
    from botocore.exceptions import BotoCoreError, ClientError
    from urllib3.exceptions import HTTPError

    try:
        yield
    except (BotoCoreError, ClientError, HTTPError, OSError) as cause:
        raise StorageFailure(f"存储失败 storage failed at {path!r}: {cause}") from cause
