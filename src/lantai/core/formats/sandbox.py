"""The sandbox 沙箱: a parse in a warm worker process, with limits on time, memory and writing.

A worker that dies, hangs or outgrows its memory is replaced; the caller sees `ParseFailed`.
Workers talk JSON over pipes, so nothing a parser returns is executed here.
"""

from __future__ import annotations

import atexit
import base64
import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

WARM = 2
#: Jobs after which a worker is renewed in any case.
JOBS_A_LIFE = 5_000
#: A worker that still holds more memory than this after its job is renewed: leaks in parsers do
#: not add up, and a healthy one is not started anew, which costs as much as a hundred small files.
MOST_HELD = 512 * 1024**2
_PAGE = os.sysconf("SC_PAGE_SIZE")
_MAX_ANSWER = 512 * 1024 * 1024
DEFAULT_SECONDS = 120.0
DEFAULT_MEMORY = 2 * 1024**3


class ParseFailed(Exception):
    """The file could not be parsed; ``code`` is timeout, crashed, memory, failed or the
    format's own (damaged, encrypted …)."""

    def __init__(self, code: str, message_zh: str, message_en: str) -> None:
        super().__init__(f"{message_zh} {message_en}")
        self.code, self.message_zh, self.message_en = code, message_zh, message_en

    @classmethod
    def of_crash(cls, crash: BaseException) -> ParseFailed:
        """The failure for an error that the parser did not foresee."""
        if isinstance(crash, MemoryError):
            return cls("memory", "解析所需内存超限", "parsing needs more memory than allowed")
        what = f"{type(crash).__name__}: {str(crash)[:200]}"
        return cls("failed", f"文件解析失败：{what}", f"parsing failed: {what}")


class _Died(Exception):
    """The worker's pipe closed."""


class _Worker:
    def __init__(self, memory: int) -> None:
        self.memory, self.jobs, self.owner = memory, 0, os.getpid()
        paths = os.pathsep.join(p for p in sys.path if p)
        environment = {
            **{k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "HOME", "TMPDIR")},
            "PYTHONPATH": paths,
            "PYTHONDONTWRITEBYTECODE": "1",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        command = [sys.executable, "-m", "lantai.core.formats.sandbox_worker", str(memory)]
        self.process = subprocess.Popen(  # noqa: S603  (our own interpreter and module)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            close_fds=True,
        )

    def alive(self) -> bool:
        return self.process.poll() is None and self.owner == os.getpid()

    def worn(self) -> bool:
        """Whether it has done enough, or holds on to too much."""
        return self.jobs >= JOBS_A_LIFE or (self.jobs % 16 == 0 and self._held() > MOST_HELD)

    def _held(self) -> int:
        """Bytes of memory it has; 0 where the system does not tell."""
        try:
            with open(f"/proc/{self.process.pid}/statm", "rb") as stream:  # noqa: PTH123
                return int(stream.read().split()[1]) * _PAGE
        except (OSError, ValueError, IndexError):
            return 0

    def ask(self, message: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send one job; TimeoutError, or `_Died` when the worker is gone."""
        self.jobs += 1
        end = time.monotonic() + seconds
        data = json.dumps(message).encode()
        try:
            assert self.process.stdin
            self.process.stdin.write(len(data).to_bytes(8, "big") + data)
            self.process.stdin.flush()
        except OSError as problem:
            raise _Died from problem
        size = int.from_bytes(self._read(8, end), "big")
        if size > _MAX_ANSWER:
            raise _Died
        answer: dict[str, Any] = json.loads(self._read(size, end))
        return answer

    def _read(self, size: int, end: float) -> bytes:
        assert self.process.stdout
        handle, parts, left = self.process.stdout.fileno(), [], size
        while left:
            wait = end - time.monotonic()
            if wait <= 0 or not select.select([handle], [], [], wait)[0]:
                raise TimeoutError
            piece = os.read(handle, min(left, 1 << 20))
            if not piece:
                raise _Died
            parts.append(piece)
            left -= len(piece)
        return b"".join(parts)

    def stop(self) -> None:
        """End the process and free its pipes."""
        with suppress(OSError):
            if self.owner == os.getpid():
                self.process.kill()
                self.process.wait(5)
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                if pipe:
                    pipe.close()


class Sandbox:
    """A few warm workers shared by all threads of this process."""

    def __init__(self, warm: int = WARM) -> None:
        self._idle: list[_Worker] = []
        self._lock = threading.Lock()
        self._room = threading.Semaphore(warm)
        self._owner = os.getpid()
        # A worker dies with the thread that started it (PR_SET_PDEATHSIG): this one lasts.
        self._starter = ThreadPoolExecutor(1, "sandbox-starter")

    def run(
        self, function: Callable[..., Any], *arguments: Any, seconds: float, memory: int
    ) -> Any:
        """Call a module-level function of `lantai` with JSON-able arguments in a worker.

        It returns JSON-able data or bytes; raises `ParseFailed`.
        """
        message = {
            "module": function.__module__,
            "function": function.__qualname__,
            "arguments": arguments,
        }
        with self._room:
            worker = self._take(memory)
            try:
                answer = worker.ask(message, seconds)
            except TimeoutError:
                worker.stop()
                raise ParseFailed(
                    "timeout",
                    f"解析超过 {seconds:g} 秒，已中止",
                    f"parsing took more than {seconds:g} s and was stopped",
                ) from None
            except (_Died, ValueError):
                worker.stop()
                raise ParseFailed(
                    "crashed", "解析进程崩溃，文件可疑", "the parser crashed; suspect file"
                ) from None
            except BaseException:
                worker.stop()
                raise
            if answer.get("error", [""])[0] == "memory":
                worker.stop()  # what the file took is not given back: the next must not pay for it
            else:
                self._give(worker)
        return _unpack(answer)

    def close(self) -> None:
        """End all idle workers."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.stop()

    def _take(self, memory: int) -> _Worker:
        with self._lock:
            for index, worker in enumerate(self._idle):
                if worker.memory == memory:
                    self._idle.pop(index)
                    if worker.alive():
                        return worker
                    worker.stop()
                    break
        return self._starter.submit(_Worker, memory).result()

    def _give(self, worker: _Worker) -> None:
        surplus = worker
        with self._lock:
            if not worker.worn():
                self._idle.append(worker)
                if len(self._idle) <= WARM:
                    return
                surplus = self._idle.pop(0)
        surplus.stop()


def _unpack(answer: dict[str, Any]) -> Any:
    if "error" in answer:
        raise ParseFailed(*answer["error"])
    if "bytes" in answer:
        return base64.b64decode(answer["bytes"])
    return answer["value"]


_sandbox: list[Sandbox] = []


def run_isolated(
    function: Callable[..., Any],
    *arguments: Any,
    seconds: float = DEFAULT_SECONDS,
    memory: int = DEFAULT_MEMORY,
) -> Any:
    """Run in this process's sandbox (made at first use, anew after a fork)."""
    if not _sandbox or _sandbox[0]._owner != os.getpid():
        _sandbox[:] = [Sandbox()]
        atexit.register(_sandbox[0].close)
    return _sandbox[0].run(function, *arguments, seconds=seconds, memory=memory)
