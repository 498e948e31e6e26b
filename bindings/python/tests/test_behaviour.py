"""What the wrapper adds: exceptions, types, ends, and threads."""

import copy
import gc
import os
import pathlib
import pickle
import re
import threading
import unittest
import weakref

import paykka_sign
from paykka_sign import KeyRing, PaykkaError, RefusedError, Result, SigningKey

KEYS = pathlib.Path(os.environ["PAYKKA_KEYS"])
PATH, MERCHANT, BODY = "/api/v2/merch/account/balance", "M1", b'{"a":1}'


def file(name):
    return (KEYS / name).read_bytes()


def key(key_id="K001"):
    return SigningKey(key_id, file("merchant-2048.private.pem"))


def ring(key_id="K001"):
    made = KeyRing(for_loopback=True)
    made.add(key_id, file("merchant-2048.public.pem"))
    return made


class Behaviour(unittest.TestCase):
    def raises(self, kind, result, call, *arguments):
        with self.assertRaises(kind) as caught:
            call(*arguments)
        self.assertIs(type(caught.exception), kind)
        self.assertEqual(caught.exception.result, result)
        self.assertTrue(str(caught.exception))
        return caught.exception

    def test_what_is_signed_now_verifies_now(self):
        verified = ring().verify(key().sign(PATH, BODY, MERCHANT), PATH, BODY, MERCHANT)
        self.assertEqual(verified.key_id, "K001")
        self.assertRegex(verified.nonce, re.compile("^[0-9a-f]{32}$"))

    def test_a_refusal_is_raised(self):
        header = key().sign(PATH, BODY, MERCHANT)
        self.raises(RefusedError, Result.SIGNATURE, ring().verify, header, PATH, b"{}", MERCHANT)
        self.raises(RefusedError, Result.UNKNOWN_KEY, ring("K002").verify, header, PATH, BODY, MERCHANT)
        self.raises(RefusedError, Result.EARLY, ring().verify, header, PATH, BODY, MERCHANT, 1)
        self.raises(RefusedError, Result.HEADER, ring().verify, "x", PATH, BODY, MERCHANT)
        self.raises(PaykkaError, Result.KEY, KeyRing().verify, header, PATH, BODY, MERCHANT)

    def test_keys_are_read_and_refused(self):
        encrypted = file("merchant-2048.encrypted.pem")
        self.raises(PaykkaError, Result.KEY, SigningKey, "K001", encrypted)
        error = self.raises(PaykkaError, Result.KEY, SigningKey, "K001", encrypted, "hunter2")
        self.assertNotIn("hunter2", str(error))
        unlocked = SigningKey("K001", encrypted, "passphrase")
        self.assertEqual(unlocked.sign(PATH, b"", None, 1, "abcdef"), key().sign(PATH, b"", None, 1, "abcdef"))
        self.raises(PaykkaError, Result.KEY, KeyRing().add, "K001", file("merchant-2048.public.pem"))
        self.raises(PaykkaError, Result.FIELD, SigningKey, "K 1", file("merchant-2048.private.pem"))

    def test_rings_change(self):
        changing = ring()
        self.raises(PaykkaError, Result.KEY, changing.add, "K001", file("platform-2048.public.pem"))
        changing.remove("K001")
        self.raises(PaykkaError, Result.UNKNOWN_KEY, changing.remove, "K001")
        changing.add_only(key().public_key())
        changing.verify(key("any").sign(PATH), PATH)

    def test_an_absent_merchant_is_not_an_empty_one(self):
        self.raises(PaykkaError, Result.FIELD, key().sign, PATH, b"", "")
        self.assertEqual(paykka_sign.string_to_sign("/p", 1, "n", b"{}"), b"/p\n1\nn\n\n{}")

    def test_wrong_types_are_named(self):
        for call, words in [
            (lambda: key().sign(PATH, "text"), "body is text"),
            (lambda: key().sign(7), "path must be str or bytes"),
            (lambda: key().sign(PATH, b"", None, 1.5), "timestamp_millis must be int"),
        ]:
            with self.assertRaisesRegex(TypeError, words):
                call()
        for millis in (-1, 1 << 64):
            with self.assertRaisesRegex(ValueError, "timestamp_millis"):
                key().sign(PATH, b"", None, millis)

    def test_bodies_are_bytes_of_any_kind(self):
        for content in (b"\0\xff\n", bytearray(b"\0x"), memoryview(b"\0y")):
            ring().verify(key().sign(PATH, content), PATH, bytes(content))

    def test_a_diagnosis_names_the_cause(self):
        found = ring().diagnose(key().sign(PATH, b'{"a": 1}'), PATH, BODY, own_key=key("K002"))
        self.assertEqual((found["valid"], found["explained"]), (False, True))
        self.assertEqual(found["findings"][0]["code"], "body-reformatted")

    def test_handles_end_and_can_not_be_copied(self):
        made = key()
        reference = weakref.ref(made)
        for refused in (pickle.dumps, copy.copy):
            with self.assertRaises(TypeError):
                refused(made)
        del made
        gc.collect()
        self.assertIsNone(reference())

    def test_errors_can_be_pickled(self):
        error = pickle.loads(pickle.dumps(RefusedError(1104, "why")))
        self.assertEqual((type(error), error.result, str(error)), (RefusedError, Result.SIGNATURE, "why"))
        self.assertEqual(PaykkaError(1999, "new").result, 1999)

    def test_results_are_the_headers(self):
        header = pathlib.Path(os.environ["PAYKKA_HEADER"]).read_text()
        found = dict(re.findall(r"^  PAYKKA_RESULT_(\w+) = (\d+),$", header, re.MULTILINE))
        self.assertEqual({result.name: str(result.value) for result in Result} | {"OK": "1000"}, found)

    def test_sixteen_threads_share_one_key_and_one_ring(self):
        shared_key, shared_ring, seen, failed = key(), ring(), [], []

        def work():
            try:
                for _ in range(20):
                    header = shared_key.sign(PATH, BODY, MERCHANT)
                    seen.append(shared_ring.verify(header, PATH, BODY, MERCHANT).nonce)
            except Exception as error:  # which a thread would print and nobody read
                failed.append(error)

        threads = [threading.Thread(target=work) for _ in range(16)]
        for thread in threads:
            thread.start()
        for _ in range(20):
            shared_ring.add("K002", file("platform-2048.public.pem"))
            shared_ring.remove("K002")
        for thread in threads:
            thread.join()
        self.assertEqual(failed, [])
        self.assertEqual((len(seen), len(set(seen))), (320, 320))


if __name__ == "__main__":
    unittest.main()
