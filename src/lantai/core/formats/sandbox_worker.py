"""The worker process of the sandbox 沙箱工作进程: limits itself, then parses what it is told."""

from __future__ import annotations

import base64
import ctypes
import importlib
import json
import logging
import os
import resource
import socket
import sys
import warnings
from typing import IO, Any, NoReturn

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_MAX_WRITTEN = 1024**3
_PREFIX = "lantai."


def confine(memory: int) -> None:
    """Limit memory and written files, allow no core dump, cut off the network.

    ``memory`` is what parsing may take over what the libraries have set aside already: the
    address space that the signature engine reserves is more than a gigabyte, and holds nothing.
    """
    for kind, most in (
        (resource.RLIMIT_AS, memory + _set_aside()),
        (resource.RLIMIT_FSIZE, _MAX_WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, allowed))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(1, 9)  # PR_SET_PDEATHSIG: die with the parent
    if libc.unshare(_CLONE_NEWNET) != 0 and os.getuid() != 0:
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    socket.socket.connect = _no_network  # type: ignore[method-assign,assignment]
    socket.getaddrinfo = _no_network  # type: ignore[assignment]


def _set_aside() -> int:
    """Bytes of address space this process has now; a guess where the system does not tell."""
    try:
        with open("/proc/self/statm", "rb") as stream:  # noqa: PTH123
            return int(stream.read().split()[0]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return 2 << 30


def _no_network(*_: Any, **__: Any) -> NoReturn:
    raise OSError("no network in the sandbox")


def answer(message: dict[str, Any]) -> dict[str, Any]:
    """The result of one job, or its error, as a JSON object."""
    from lantai.core.formats.format import Unreadable
    from lantai.core.formats.sandbox import ParseFailed

    try:
        if not message["module"].startswith(_PREFIX):
            raise ValueError("only functions of lantai run here")
        function = getattr(importlib.import_module(message["module"]), message["function"])
        value = function(*message["arguments"])
        if isinstance(value, bytes):
            return {"bytes": base64.b64encode(value).decode()}
        return {"value": value}
    except (Unreadable, ParseFailed) as fault:
        return {"error": [fault.code, fault.message_zh, fault.message_en]}
    except BaseException as crash:
        failure = ParseFailed.of_crash(crash)
        return {"error": [failure.code, failure.message_zh, failure.message_en]}


def serve(jobs: IO[bytes], answers: IO[bytes]) -> None:
    """Answer jobs until the pipe closes."""
    while len(head := jobs.read(8)) == 8:
        message = json.loads(jobs.read(int.from_bytes(head, "big")))
        result = answer(message)
        try:
            data = json.dumps(result, default=str).encode("utf-8", "replace")
        except (ValueError, MemoryError, RecursionError):
            data = b'{"error": ["failed", "\xe7\xbb\x93\xe6\x9e\x9c\xe8\xbf\x87\xe5\xa4\xa7", '
            data += b'"answer too large"]}'
        answers.write(len(data).to_bytes(8, "big") + data)
        answers.flush()


def main() -> None:
    """Keep standard output for answers only, confine, serve."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    confine(int(sys.argv[1]))
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
