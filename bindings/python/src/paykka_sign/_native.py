"""The C interface as ctypes sees it: which functions there are, with which arguments. Nothing here decides anything."""

import ctypes
import os
import pathlib
from ctypes import POINTER, c_bool, c_char, c_char_p, c_size_t, c_uint32, c_uint64, c_void_p

OK = 1000
BUFFER_TOO_SMALL = 1004
ABI_VERSION = 1


class Error(ctypes.Structure):
    _fields_ = [("text", c_char * 512)]


class Verified(ctypes.Structure):
    _fields_ = [("timestamp_millis", c_uint64), ("key_id", c_char * 129), ("nonce", c_char * 65)]


# Bytes with their length: ctypes hands `bytes` over as a pointer to them, and None as NULL.
_IN = [c_char_p, c_size_t]
_OUT = [c_void_p, c_size_t, POINTER(c_size_t)]
_ERROR = [POINTER(Error)]
_MESSAGE = [*_IN, *_IN, *_IN]  # path, merchant, body

_FALLIBLE = {
    "paykka_signing_key_new": [*_IN, *_IN, POINTER(c_void_p)],
    "paykka_signing_key_new_encrypted": [*_IN, *_IN, *_IN, POINTER(c_void_p)],
    "paykka_signing_key_public_key": [c_void_p, *_OUT],
    "paykka_key_ring_new": [c_bool, POINTER(c_void_p)],
    "paykka_key_ring_add": [c_void_p, *_IN, *_IN],
    "paykka_key_ring_add_only": [c_void_p, *_IN],
    "paykka_key_ring_remove": [c_void_p, *_IN],
    "paykka_nonce_generate": [*_OUT],
    "paykka_sign": [c_void_p, *_MESSAGE, c_uint64, *_IN, *_OUT],
    "paykka_string_to_sign": [*_MESSAGE, c_uint64, *_IN, *_OUT],
    "paykka_verify": [c_void_p, *_IN, *_MESSAGE, c_uint64, c_uint64, POINTER(Verified)],
    "paykka_diagnose": [c_void_p, *_IN, *_MESSAGE, c_uint64, c_uint64, c_void_p, *_OUT],
}


def load():
    told = os.environ.get("PAYKKA_SIGN_LIBRARY")
    file = told or str(pathlib.Path(__file__).resolve().parent / "libpaykka_sign_ffi.so")
    try:
        library = ctypes.CDLL(file)  # which lets other threads run during each call
    except OSError as error:
        raise ImportError(
            f"{file} can't be loaded: {error}; install the wheel, which carries it, or name another in PAYKKA_SIGN_LIBRARY"
        ) from error
    library.paykka_abi_version.restype = c_uint32
    library.paykka_abi_version.argtypes = []
    found = library.paykka_abi_version()
    if found != ABI_VERSION:
        raise ImportError(f"{file} has interface {found}, and {ABI_VERSION} is wanted; install the two together")
    for name, arguments in _FALLIBLE.items():
        function = getattr(library, name)
        function.restype, function.argtypes = c_uint32, [*arguments, *_ERROR]
    for name in ("paykka_signing_key_free", "paykka_key_ring_free"):
        function = getattr(library, name)
        function.restype, function.argtypes = None, [c_void_p]
    library.paykka_version.restype, library.paykka_version.argtypes = c_char_p, []
    return library
