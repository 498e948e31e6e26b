"""Python as a peer that signs and verifies: by `cryptography`, or through the C interface where the first word is `interface`."""

import pathlib
import sys
import time


def by_hand(private_key, public_key, body, path, merchant, key_id):
    from signing import Signing

    signing = Signing(private_key, public_key, path, merchant, key_id)
    is_genuine = lambda header: signing.nonce_of_genuine(header, body) is not None
    return lambda: signing.header(body), is_genuine, *signing.bare(body)


def through_interface(private_key, public_key, body, path, merchant, key_id):
    from paykka_sign import KeyRing, RefusedError, SigningKey

    key = SigningKey(key_id, pathlib.Path(private_key).read_bytes())
    ring = KeyRing()
    ring.add(key_id, pathlib.Path(public_key).read_bytes())

    def is_genuine(header):
        try:
            ring.verify(header, path, body, merchant)
            return True
        except RefusedError:
            return False

    return lambda: key.sign(path, body, merchant), is_genuine, None, None


def seconds(count, once):
    start = time.perf_counter()
    for _ in range(int(count)):
        once()
    return f"{time.perf_counter() - start:.9f}"


def genuine(is_genuine, text):
    assert is_genuine(text)


def main(words):
    make = by_hand
    if words[0] == "interface":
        make, words = through_interface, words[1:]
    private_key, public_key, body, *rest = words
    header, is_genuine, bare_sign, bare_verify = make(private_key, public_key, pathlib.Path(body).read_bytes(), *rest)
    for line in sys.stdin:
        match line.split():
            case ["header"]:
                print(header(), flush=True)
            case ["judge", text]:
                print("genuine" if is_genuine(text) else "refused", flush=True)
            case ["sign", count]:
                print(seconds(count, header), flush=True)
            case ["verify", count, text]:
                print(seconds(count, lambda: genuine(is_genuine, text)), flush=True)
            case ["bare-sign", count] if bare_sign:
                print(seconds(count, bare_sign), flush=True)
            case ["bare-verify", count] if bare_verify:
                print(seconds(count, bare_verify), flush=True)
            case _:
                print("unknown", flush=True)


main(sys.argv[1:])
