"""Prints signed messages, one JSON object a line: one that is right, and others with a mistake that people make in Python.

    python3 broken.py PRIVATE_KEY_FILE PATH MERCHANT BODY

RSA needs a package, which nobody may have; so the signature is computed here as RFC 8017 says it, with Python's integers.
"""

import base64
import hashlib
import json
import sys
import time
from urllib.parse import quote, quote_plus

key_file, PATH, MERCHANT, BODY = sys.argv[1:]
TIME = str(int(time.time() * 1000))
NONCE = "a1B2c3D4e5F6"


def numbers(der):
    """The content of each element of a DER sequence, which all of a key's are."""
    parts, at = [], 0
    while at < len(der):
        length, at = der[at + 1], at + 2
        if length & 0x80:
            count = length & 0x7F
            length, at = int.from_bytes(der[at : at + count], "big"), at + count
        parts.append(der[at : at + length])
        at += length
    return parts


with open(key_file, encoding="ascii") as file:
    pkcs8 = base64.b64decode("".join(line for line in file.read().splitlines() if not line.startswith("-")))
pkcs1 = numbers(numbers(numbers(pkcs8)[0])[2])[0]
_, modulus, _, exponent = (int.from_bytes(number, "big") for number in numbers(pkcs1)[:4])
LENGTH = (modulus.bit_length() + 7) // 8
DIGEST_INFO = {
    "sha1": "3021300906052b0e03021a05000414",
    "sha256": "3031300d060960864801650304020105000420",
    "sha384": "3041300d060960864801650304020205000430",
}


def sign(text, digest="sha256"):
    data = text if isinstance(text, bytes) else text.encode()
    info = bytes.fromhex(DIGEST_INFO[digest]) + hashlib.new(digest, data).digest()
    padded = b"\x00\x01" + b"\xff" * (LENGTH - len(info) - 3) + b"\x00" + info
    return pow(int.from_bytes(padded, "big"), exponent, modulus).to_bytes(LENGTH, "big")


def string(path=PATH, stamp=TIME, nonce=NONCE, merchant=MERCHANT, body=BODY):
    return f"{path}\n{stamp}\n{nonce}\n{merchant}\n{body}"


def fields(signature, stamp=TIME):
    return {
        "sign_type": "SHA256_WITH_RSA",
        "timestamp": stamp,
        "nonce": NONCE,
        "key_id": "K001",
        "signature": signature,
    }


def b64(signature):
    return base64.b64encode(signature).decode()


def show(code, header, path=PATH, merchant=MERCHANT, body=BODY):
    case = {"code": code, "path": path, "merchant": merchant, "header": header}
    case["body"] = base64.b64encode(body if isinstance(body, bytes) else body.encode()).decode()
    print(json.dumps(case))


def header(signature, **more):
    return quote(json.dumps(fields(b64(signature), **more)), safe="")


OBJECT = json.loads(BODY)
SENT = json.dumps(OBJECT, ensure_ascii=False, separators=(",", ":"))
assert SENT == BODY
RIGHT = sign(string())

show("", header(RIGHT))
# requests' `json=` serialises on its own, after the signature was made.
show("body-reformatted", header(sign(string(body=json.dumps(OBJECT, ensure_ascii=False)))))
show("body-escaped", header(sign(string(body=json.dumps(OBJECT, separators=(",", ":"))))))
show("body-sorted", header(sign(string(body=json.dumps(OBJECT, sort_keys=True)))))
show("body-stringified", header(sign(string(body=json.dumps(SENT, ensure_ascii=False)))))
show("body-hash-signed", header(sign(string(body=hashlib.sha256(BODY.encode()).hexdigest()))))
show("hash-signed", header(sign(hashlib.sha256(string().encode()).hexdigest())))
show("merchant-literal", header(sign(string(merchant=None))))
show("empty-body-line", header(sign(string(body=""))), body="")
# time.time() counts seconds.
SECONDS = TIME[:10]
show("timestamp-in-seconds", header(sign(string(stamp=SECONDS)), stamp=SECONDS))
show("header-not-encoded", json.dumps(fields(b64(RIGHT)), separators=(",", ":")))
show("header-encoded-twice", quote_plus(header(RIGHT)))
show("signature-url-safe", quote(json.dumps(fields(base64.urlsafe_b64encode(RIGHT).decode())), safe=""))
show("signature-wrapped", quote(json.dumps(fields(base64.encodebytes(RIGHT).decode())), safe=""))
show("signature-hex", quote(json.dumps(fields(RIGHT.hex())), safe=""))
show("algorithm-sha1", header(sign(string(), "sha1")))
show("algorithm-sha384", header(sign(string(), "sha384")))
