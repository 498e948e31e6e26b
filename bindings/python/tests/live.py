"""A signed call to a platform on loopback, and the verdict on its signed answer; the arguments are those of
bindings/c/tests/live.c."""

import pathlib
import sys
import urllib.request

from paykka_sign import KeyRing, SigningKey

PATH, BODY = "/api/v2/merch/account/balance", b'{"currency":"USD"}'

port, merchant, key_id, private_key, platform_id, platform_key = sys.argv[1:]
key = SigningKey(key_id, pathlib.Path(private_key).read_bytes())
ring = KeyRing(for_loopback=True)
ring.add(platform_id, pathlib.Path(platform_key).read_bytes())

headers = {
    "Authorization": key.sign(PATH, BODY, merchant),
    "X-Merch-Id": merchant,
    "Content-Type": "application/json",
}
request = urllib.request.Request(f"http://127.0.0.1:{port}{PATH}", BODY, headers)
with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
    verified = ring.verify(answer.headers["Authorization"], PATH, answer.read(), merchant)
print(PATH, "verified by", verified.key_id)
