"""Signing and verifying as somebody would write it in Python with `cryptography`."""

import base64
import json
import secrets
import time
import urllib.parse

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

SIGN_TYPE = "SHA256_WITH_RSA"
TOLERANCE_MILLIS = 300_000
PADDING, HASH = padding.PKCS1v15(), hashes.SHA256()


class Signing:
    def __init__(self, private_key, public_key, path, merchant, key_id):
        with open(private_key, "rb") as file:
            self.private_key = serialization.load_pem_private_key(file.read(), None)
        with open(public_key, "rb") as file:
            self.public_key = serialization.load_pem_public_key(file.read())
        self.path, self.merchant, self.key_id = path, merchant, key_id

    def header(self, body):
        timestamp, nonce = str(now()), secrets.token_hex(16)
        signature = self.private_key.sign(self.string(timestamp, nonce, body), PADDING, HASH)
        fields = {
            "sign_type": SIGN_TYPE,
            "timestamp": timestamp,
            "nonce": nonce,
            "key_id": self.key_id,
            "signature": base64.b64encode(signature).decode(),
        }
        return urllib.parse.quote(json.dumps(fields, separators=(",", ":")), safe="")

    def nonce_of_genuine(self, header, body):
        """None for a message that isn't genuine or not of now."""
        try:
            fields = json.loads(urllib.parse.unquote(header))
            if fields["sign_type"] != SIGN_TYPE or fields["key_id"] != self.key_id:
                return None
            timestamp, nonce = fields["timestamp"], fields["nonce"]
            signature = base64.b64decode(fields["signature"], validate=True)
            self.public_key.verify(signature, self.string(timestamp, nonce, body), PADDING, HASH)
            return nonce if abs(now() - int(timestamp)) <= TOLERANCE_MILLIS else None
        except (InvalidSignature, ValueError, KeyError, TypeError):
            return None

    def bare(self, body):
        """The library's own two operations on the same bytes."""
        string = self.string("1701732359000", "a1B2c3D4e5F6", body)
        signature = self.private_key.sign(string, PADDING, HASH)
        return (
            lambda: self.private_key.sign(string, PADDING, HASH),
            lambda: self.public_key.verify(signature, string, PADDING, HASH),
        )

    def string(self, timestamp, nonce, body):
        return f"{self.path}\n{timestamp}\n{nonce}\n{self.merchant}\n".encode() + body


class Seen:
    """What came in before within the tolerance."""

    def __init__(self):
        self.times, self.limit = {}, 100_000

    def is_first(self, nonce):
        if nonce in self.times:
            return False
        self.times[nonce] = now()
        if len(self.times) > self.limit:
            oldest = now() - 2 * TOLERANCE_MILLIS
            self.times = {nonce: at for nonce, at in self.times.items() if at >= oldest}
            self.limit = max(100_000, 2 * len(self.times))
        return True


def now():
    return time.time_ns() // 1_000_000
