"""Strings to sign, signatures and the header `Authorization`, made and judged by the protocol's words alone.

Nothing of the Rust code is used or imitated, so that a mistake in its reading of the protocol doesn't repeat itself here.
"""

import base64
import binascii
import json
import secrets
import time
import urllib.parse

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

SIGN_TYPE = "SHA256_WITH_RSA"
TOLERANCE_MILLIS = 5 * 60 * 1000


class SignatureError(Exception):
    """What was received isn't what the platform signed, or not now, or not for us."""


def now_millis():
    return time.time_ns() // 1_000_000


def string_to_sign(path, timestamp, nonce, merchant, body):
    """Five lines; an absent merchant leaves its line empty, an absent body leaves its line out."""
    head = "\n".join([path, timestamp, nonce, merchant or ""]).encode()
    return head + b"\n" + body if body else head


def encode_header(fields):
    return urllib.parse.quote(json.dumps(fields, separators=(",", ":")), safe="")


def decode_header(header):
    """The five fields. Whoever else made the header may have escaped and ordered them differently."""
    try:
        text = urllib.parse.unquote_plus(header, encoding="utf-8", errors="strict")
        fields = json.loads(text, object_pairs_hook=_without_duplicates)
    except ValueError as error:
        raise SignatureError(f"Authorization can't be read: {error}") from error
    if not isinstance(fields, dict):
        raise SignatureError("Authorization is no JSON object")
    for name in ("sign_type", "timestamp", "nonce", "key_id", "signature"):
        if not isinstance(fields.get(name), str):
            raise SignatureError(f"Authorization has no text `{name}`")
    return fields


class Signer:
    """A merchant's key pair, which never leaves this process."""

    def __init__(self, key_id):
        self.key_id = key_id
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def public_key_pem(self):
        public = self._key.public_key()
        spki = serialization.PublicFormat.SubjectPublicKeyInfo
        return public.public_bytes(serialization.Encoding.PEM, spki).decode()

    def authorization(self, path, merchant, body, timestamp=None):
        timestamp, nonce = str(timestamp or now_millis()), secrets.token_hex(16)
        string = string_to_sign(path, timestamp, nonce, merchant, body)
        signature = self._key.sign(string, padding.PKCS1v15(), hashes.SHA256())
        return encode_header(
            {
                "sign_type": SIGN_TYPE,
                "timestamp": timestamp,
                "nonce": nonce,
                "key_id": self.key_id,
                "signature": base64.b64encode(signature).decode(),
            }
        )


class Verifier:
    """The other side's public key, and what it may sign with it."""

    def __init__(self, key_id, public_key_pem):
        self.key_id = key_id
        self._key = serialization.load_pem_public_key(public_key_pem.encode())

    def verify(self, header, path, merchant, body, since=None):
        """Raises unless the bytes were signed by this key, for this path and merchant, after `since` and not long ago.
        Returns the string that was signed."""
        fields = decode_header(header)
        if fields["sign_type"] != SIGN_TYPE:
            raise SignatureError("another sign_type")
        if fields["key_id"] != self.key_id:
            raise SignatureError("another key_id")
        nonce, timestamp = fields["nonce"], fields["timestamp"]
        if not 1 <= len(nonce) <= 64 or not all("!" <= character <= "~" for character in nonce):
            raise SignatureError("the nonce has a form that nobody may write")
        if not (timestamp.isascii() and timestamp.isdigit()):
            raise SignatureError("the timestamp isn't a number of milliseconds")
        string = string_to_sign(path, timestamp, nonce, merchant, body)
        try:
            signature = base64.b64decode(fields["signature"], validate=True)
            self._key.verify(signature, string, padding.PKCS1v15(), hashes.SHA256())
        except (binascii.Error, InvalidSignature) as error:
            raise SignatureError("the signature isn't of these bytes") from error
        now = now_millis()
        earliest = (now if since is None else since) - TOLERANCE_MILLIS
        if not earliest <= int(timestamp) <= now + TOLERANCE_MILLIS:
            raise SignatureError("genuine, but not of now")
        return string


def _without_duplicates(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found
