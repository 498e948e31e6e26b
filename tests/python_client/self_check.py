"""Whether this client's own eyes work: a verifier that takes everything would find every platform right."""

import signature
from signature import Signer, SignatureError, Verifier, decode_header, encode_header, string_to_sign

# The example of the protocol's page on the header.
FIELDS = {
    "sign_type": "SHA256_WITH_RSA",
    "timestamp": "1701732359000",
    "nonce": "a1B2c3D4e5F6",
    "key_id": "K001",
    "signature": "ab+/cd==",
}
HEADER = (
    "%7B%22sign_type%22%3A%22SHA256_WITH_RSA%22%2C%22timestamp%22%3A%221701732359000%22%2C%22nonce%22%3A"
    "%22a1B2c3D4e5F6%22%2C%22key_id%22%3A%22K001%22%2C%22signature%22%3A%22ab%2B%2Fcd%3D%3D%22%7D"
)


def run(platform):
    """Raises unless all is well. `platform` is the verifier that the journey will use."""
    ensure(encode_header(FIELDS) == HEADER, "the header isn't written as in the protocol's example")
    for header in (HEADER, HEADER.replace("%3D", "%5Cu003d"), HEADER.replace("%2F", "%5C%2F")):
        ensure(decode_header(header) == FIELDS, "the header isn't read as other languages write it")
    cases = {("M1", b"{}"): b"/p\n1\nn\nM1\n{}", ("M1", b""): b"/p\n1\nn\nM1"}
    cases |= {(None, b"{}"): b"/p\n1\nn\n\n{}", (None, b""): b"/p\n1\nn\n"}
    for (merchant, body), string in cases.items():
        ensure(string_to_sign("/p", "1", "n", merchant, body) == string, "the string to sign is another")

    signer = Signer("K1")
    verifier = Verifier("K1", signer.public_key_pem)
    path, merchant, body = "/p", "M1", b'{"amount":100}'
    header = signer.authorization(path, merchant, body)
    verifier.verify(header, path, merchant, body)
    ensure_refused(platform, header, path, merchant, body)
    for damaged in range(len(body)):
        other = bytearray(body)
        other[damaged] ^= 1
        ensure_refused(verifier, header, path, merchant, bytes(other))
    ensure_refused(verifier, header, path, merchant, b"")
    ensure_refused(verifier, header, "/q", merchant, body)
    ensure_refused(verifier, header, path, None, body)
    fields = decode_header(header)
    for name, value in (("nonce", "otherNonce"), ("timestamp", fields["timestamp"][:-1] + "x"), ("sign_type", "NONE")):
        ensure_refused(verifier, encode_header({**fields, name: value}), path, merchant, body)
    for sign in (-1, 1):
        moment = signature.now_millis() + sign * (signature.TOLERANCE_MILLIS + 10_000)
        ensure_refused(verifier, signer.authorization(path, merchant, body, moment), path, merchant, body)


def ensure_refused(verifier, *message):
    try:
        verifier.verify(*message)
    except SignatureError:
        return
    raise SignatureError(f"this client's verifier takes what it should refuse: {message}")


def ensure(is_so, otherwise):
    if not is_so:
        raise SignatureError(otherwise)
