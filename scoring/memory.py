"""Freed memory goes back to the system: between the parts of a long file, so that one does not add to the next."""

from __future__ import annotations

import ctypes
import sys

import pyarrow as pa


def give_back() -> None:
    """Releases what Arrow and, on Linux, the C library hold of freed memory; other systems' do it by themselves."""
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of the GNU library, man 3 malloc_trim; musl has none
        if trim is not None:
            trim(0)
