"""All of vectors/: what is signed comes out byte for byte, and every verdict is the expected one."""

import base64
import hashlib
import itertools
import json
import os
import pathlib
import unittest

import paykka_sign
from paykka_sign import KeyRing, RefusedError, SigningKey

VECTORS = pathlib.Path(os.environ["PAYKKA_VECTORS"])


def read(name):
    return json.loads((VECTORS / name).read_bytes())


def body(case):
    fill = case.get("body_fill")
    if fill is None:
        return base64.b64decode(case["body_base64"])
    return bytes(itertools.islice(itertools.cycle(base64.b64decode(fill["base64"])), fill["len"]))


class Vectors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.signing = read("signing.json")
        cls.ring = KeyRing(for_loopback=True)
        cls.keys = {}
        for key in cls.signing["keys"]:
            public_key = (VECTORS / key["public_key"]).read_bytes()
            cls.ring.add(key["key_id"], public_key)
            cls.keys[key["key_id"]] = signing = SigningKey(key["key_id"], (VECTORS / key["private_key"]).read_bytes())
            assert signing.public_key().encode() == public_key

    def verdict(self, authorization, message, now_millis, tolerance_millis):
        try:
            verified = self.ring.verify(
                authorization, message["path"], body(message), message["merchant"], now_millis, tolerance_millis
            )
        except RefusedError as error:
            return error.result.name.lower().replace("_", "-")
        self.assertIn(verified.key_id, self.keys)
        return None

    def test_signing(self):
        self.assertEqual(len(self.signing["cases"]), 21)
        for case in self.signing["cases"]:
            with self.subTest(case["name"]):
                millis, content = int(case["timestamp"]), body(case)
                string = paykka_sign.string_to_sign(case["path"], millis, case["nonce"], content, case["merchant"])
                self.assertEqual(hashlib.sha256(string).hexdigest(), case["string_to_sign_sha256"])
                if "string_to_sign_base64" in case:
                    self.assertEqual(string, base64.b64decode(case["string_to_sign_base64"]))
                key = self.keys[case["key_id"]]
                header = key.sign(case["path"], content, case["merchant"], millis, case["nonce"])
                self.assertEqual(header, case["authorization"])
                self.assertIsNone(self.verdict(header, case, millis, 0))

    def test_refused(self):
        cases = read("refused.json")["cases"]
        self.assertEqual(len(cases), 77)
        for case in cases:
            with self.subTest(case["name"]):
                found = self.verdict(case["authorization"], case, case["now_millis"], case["tolerance_millis"])
                self.assertEqual(found, case["code"])

    def test_foreign_headers(self):
        headers = read("foreign_headers.json")["headers"]
        self.assertEqual(len(headers), 60)
        cases = {case["name"]: case for case in self.signing["cases"]}
        for header in headers:
            with self.subTest(header["how"]):
                millis = int(header["timestamp"])
                self.assertIsNone(self.verdict(header["authorization"], cases[header["case"]], millis, 0))


if __name__ == "__main__":
    unittest.main()
