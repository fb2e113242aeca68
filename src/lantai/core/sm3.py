"""SM3 杂凑算法 (GB/T 32905-2016) by libgcrypt where it is there: by half quicker than OpenSSL's.

Used for what is large; a library that does not answer the standard's own example rightly is
left alone. `ctypes` lets go of the interpreter's lock while it works.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from functools import cache
from typing import Any

LARGE = 1 << 18
"""Bytes from which on it pays: below, opening a handle costs more than it saves."""

_EXAMPLE = (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")
_DISABLE_SECURE_MEMORY, _INITIALISED = 37, 38  # gcry_control
_LENGTH = 32


class GcryptSm3:
    """An SM3 digest in the making; only to be had when `available`."""

    def __init__(self) -> None:
        library, number = _library()
        self._library, self._number = library, number
        self._handle = ctypes.c_void_p()
        if library.gcry_md_open(ctypes.byref(self._handle), number, 0):
            raise MemoryError("libgcrypt gives no handle")

    def update(self, data: bytes, /) -> None:
        """Take in the next bytes."""
        self._library.gcry_md_write(self._handle, data, len(data))

    def hexdigest(self) -> str:
        """Of all bytes so far; more may follow."""
        copy = ctypes.c_void_p()
        if self._library.gcry_md_copy(ctypes.byref(copy), self._handle):
            raise MemoryError("libgcrypt gives no handle")
        try:
            place = self._library.gcry_md_read(copy, self._number)
            return ctypes.string_at(place, _LENGTH).hex()
        finally:
            self._library.gcry_md_close(copy)

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            self._library.gcry_md_close(self._handle)


@cache
def available() -> bool:
    """Whether libgcrypt is here, knows SM3 and works out the standard's example."""
    try:
        hasher = GcryptSm3()
    except (OSError, AttributeError, MemoryError):
        return False
    hasher.update(_EXAMPLE[0])
    return hasher.hexdigest() == _EXAMPLE[1]


@cache
def _library() -> tuple[Any, int]:
    name = ctypes.util.find_library("gcrypt")
    if name is None:
        raise OSError("no libgcrypt")
    library = ctypes.CDLL(name)
    handle = ctypes.c_void_p
    library.gcry_check_version.restype = ctypes.c_char_p
    library.gcry_md_open.argtypes = [ctypes.POINTER(handle), ctypes.c_int, ctypes.c_uint]
    library.gcry_md_write.argtypes = [handle, ctypes.c_char_p, ctypes.c_size_t]
    library.gcry_md_write.restype = None
    library.gcry_md_copy.argtypes = [ctypes.POINTER(handle), handle]
    library.gcry_md_read.argtypes = [handle, ctypes.c_int]
    library.gcry_md_read.restype = handle
    library.gcry_md_close.argtypes = [handle]
    library.gcry_md_close.restype = None
    library.gcry_check_version(None)
    library.gcry_control(_DISABLE_SECURE_MEMORY, 0)
    library.gcry_control(_INITIALISED, 0)
    number = int(library.gcry_md_map_name(b"SM3"))
    if not number:
        raise OSError("this libgcrypt has no SM3")
    return library, number
