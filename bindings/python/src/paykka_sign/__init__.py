"""Signing and verifying for the PayKKa OpenAPI.

What isn't right is an exception: nothing returns False, so that no verdict can be overlooked. Texts for the wire are `str`,
bodies and key files `bytes`; where a text is asked for, `bytes` of UTF-8 do, too.
"""

import ctypes
import enum
import json
import time
import weakref
from typing import NamedTuple, Optional, Union

from . import _native

__all__ = [
    "KeyRing", "PaykkaError", "RefusedError", "Result", "SigningKey", "Verified", "generate_nonce", "string_to_sign", "version",
]

Text = Union[str, bytes]
_library = _native.load()


class Result(enum.IntEnum):
    """Why a call failed. A later library may have others; `PaykkaError.result` is a plain number then."""

    NULL_POINTER = 1001
    INVALID_LENGTH = 1002
    INVALID_UTF8 = 1003
    BUFFER_TOO_SMALL = 1004
    PANIC = 1005
    KEY = 1100
    FIELD = 1101
    HEADER = 1102
    UNKNOWN_KEY = 1103
    SIGNATURE = 1104
    EARLY = 1105
    LATE = 1106
    BACKEND = 1107


class PaykkaError(Exception):
    """A call failed. Its text names the thing and the fix, and never holds a key, a body or a whole header."""

    def __init__(self, result: int, text: str):
        super().__init__(text)
        known = result in Result._value2member_map_
        #: The reason for programs: a `Result`, or a number that this version doesn't know.
        self.result = Result(result) if known else result

    def __reduce__(self):
        return type(self), (int(self.result), str(self))


class RefusedError(PaykkaError):
    """By `KeyRing.verify`: the message is malformed, out of bounds, of an unknown key, forged, early or late. Don't use it."""


class Verified(NamedTuple):
    """What a genuine message's header says beside the signature."""

    key_id: str
    nonce: str
    timestamp_millis: int


class SigningKey:
    """A private key with the id under which the other side knows it. Any number of threads may use one.

    `private_key` is the content of a file: PKCS#8 or PKCS#1, as PEM, DER or bare Base64; under a passphrase with one.
    """

    def __init__(self, key_id: Text, private_key: Text, passphrase: Optional[Text] = None):
        handle = ctypes.c_void_p()
        key = (*_bytes("key_id", key_id), *_bytes("private_key", private_key))
        if passphrase is None:
            _call(_library.paykka_signing_key_new, *key, ctypes.byref(handle))
        else:
            phrase = _bytes("passphrase", passphrase)
            _call(_library.paykka_signing_key_new_encrypted, *key, *phrase, ctypes.byref(handle))
        self._handle = handle.value
        # Ends the handle when nobody can reach this object any more, so it can't be used after its end.
        weakref.finalize(self, _library.paykka_signing_key_free, self._handle)

    def sign(
        self, path: Text, body: bytes = b"", merchant: Optional[Text] = None,
        timestamp_millis: Optional[int] = None, nonce: Optional[Text] = None,
    ) -> str:
        """The value of `Authorization`, of now and with a fresh nonce unless others are given.

        `merchant` is the `X-Merch-Id` that is sent, None where it isn't.
        """
        nonce = generate_nonce() if nonce is None else nonce
        millis = _millis("timestamp_millis", _now() if timestamp_millis is None else timestamp_millis)
        message = _message(path, merchant, body)
        return _filled(4096, _library.paykka_sign, self._handle, *message, millis, *_bytes("nonce", nonce)).decode()

    def public_key(self) -> str:
        """The public half as SPKI PEM, to hand over."""
        return _filled(1024, _library.paykka_signing_key_public_key, self._handle).decode()

    def __repr__(self):
        return "<paykka_sign.SigningKey>"

    def __reduce__(self):
        raise TypeError("a signing key can't be pickled or copied; load it where it is used")


class KeyRing:
    """The other side's public keys by their ids. Any number of threads may use and change one.

    `for_loopback` takes keys whose private half is published, for tests on one machine alone.
    """

    def __init__(self, for_loopback: bool = False):
        handle = ctypes.c_void_p()
        _call(_library.paykka_key_ring_new, bool(for_loopback), ctypes.byref(handle))
        self._handle = handle.value
        weakref.finalize(self, _library.paykka_key_ring_free, self._handle)

    def add(self, key_id: Text, public_key: Text) -> None:
        """Accepts a key: SPKI, PKCS#1 or certificate, as PEM, DER or bare Base64. After a failure the ring is as it was."""
        key = (*_bytes("key_id", key_id), *_bytes("public_key", public_key))
        _call(_library.paykka_key_ring_add, self._handle, *key)

    def add_only(self, public_key: Text) -> None:
        """Accepts the ring's one key, whatever id a message names."""
        _call(_library.paykka_key_ring_add_only, self._handle, *_bytes("public_key", public_key))

    def remove(self, key_id: Text) -> None:
        """Takes a key out."""
        _call(_library.paykka_key_ring_remove, self._handle, *_bytes("key_id", key_id))

    def verify(
        self, authorization: Text, path: Text, body: bytes = b"", merchant: Optional[Text] = None,
        now_millis: Optional[int] = None, tolerance_millis: int = 300_000,
    ) -> Verified:
        """Returns for a genuine message in time alone; raises `RefusedError` otherwise.

        For an answer, `path` and `merchant` are those of its request; `body` is what was received, before any decoding.
        """
        found = _native.Verified()
        arguments = (*_bytes("authorization", authorization), *_message(path, merchant, body))
        _call(
            _library.paykka_verify, self._handle, *arguments, *_window(now_millis, tolerance_millis), ctypes.byref(found),
            refusals=_REFUSALS,
        )
        return Verified(found.key_id.decode(), found.nonce.decode(), found.timestamp_millis)

    def diagnose(
        self, authorization: Text, path: Text, body: bytes = b"", merchant: Optional[Text] = None,
        now_millis: Optional[int] = None, tolerance_millis: int = 300_000, own_key: Optional[SigningKey] = None,
    ) -> dict:
        """Why a message is refused. Slow, for a person at a desk; and what it explains is still to be refused."""
        arguments = (*_bytes("authorization", authorization), *_message(path, merchant, body))
        own = None if own_key is None else own_key._handle
        window = _window(now_millis, tolerance_millis)
        return json.loads(_filled(65536, _library.paykka_diagnose, self._handle, *arguments, *window, own))

    def __repr__(self):
        return "<paykka_sign.KeyRing>"

    def __reduce__(self):
        raise TypeError("a key ring can't be pickled or copied; make it where it is used")


def string_to_sign(
    path: Text, timestamp_millis: int, nonce: Text, body: bytes = b"", merchant: Optional[Text] = None
) -> bytes:
    """The exact bytes that are signed, for a signer elsewhere."""
    millis = _millis("timestamp_millis", timestamp_millis)
    message = _message(path, merchant, body)
    return _filled(message[-1] + 2200, _library.paykka_string_to_sign, *message, millis, *_bytes("nonce", nonce))


def generate_nonce() -> str:
    """A fresh nonce of the operating system's randomness."""
    return _filled(32, _library.paykka_nonce_generate).decode()


def version() -> str:
    """The library's version."""
    return _library.paykka_version().decode()


_REFUSALS = {Result.HEADER, Result.FIELD, Result.UNKNOWN_KEY, Result.SIGNATURE, Result.EARLY, Result.LATE}


def _call(function, *arguments, refusals=frozenset(), expected=(_native.OK,)):
    error = _native.Error()
    result = function(*arguments, ctypes.byref(error))
    if result not in expected:
        kind = RefusedError if result in refusals else PaykkaError
        raise kind(result, error.text.decode("utf-8", "replace"))
    return result


def _filled(room, function, *arguments):
    """Calls with a buffer that nearly always fits, and once more where it doesn't."""
    written = ctypes.c_size_t()
    out = ctypes.create_string_buffer(room)
    both = (_native.OK, _native.BUFFER_TOO_SMALL)
    if _call(function, *arguments, out, room, ctypes.byref(written), expected=both) != _native.OK:
        room = written.value
        out = ctypes.create_string_buffer(room)
        _call(function, *arguments, out, room, ctypes.byref(written))
    return ctypes.string_at(out, written.value)


def _message(path, merchant, body):
    optional = (None, 0) if merchant is None else _bytes("merchant", merchant)
    if isinstance(body, str):
        raise TypeError("body is text; give the bytes that are sent, such as body.encode()")
    return (*_bytes("path", path), *optional, *_bytes("body", body))


def _bytes(name, value):
    if isinstance(value, str):
        value = value.encode()
    elif isinstance(value, (bytearray, memoryview)):
        value = bytes(value)
    elif not isinstance(value, bytes):
        raise TypeError(f"{name} must be str or bytes, not {type(value).__name__}")
    return value, len(value)


def _window(now_millis, tolerance_millis):
    now = _now() if now_millis is None else now_millis
    return _millis("now_millis", now), _millis("tolerance_millis", tolerance_millis)


def _millis(name, value):
    # ctypes would cut off what doesn't fit.
    if not isinstance(value, int):
        raise TypeError(f"{name} must be int, not {type(value).__name__}")
    if not 0 <= value < 1 << 64:
        raise ValueError(f"{name} must be 0..2**64-1, in milliseconds")
    return value


def _now():
    return time.time_ns() // 1_000_000
