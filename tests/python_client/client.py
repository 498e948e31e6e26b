"""Signed calls over HTTPS. Nothing of an answer is looked at before its signature is verified over the bytes that came."""

import hashlib
import json
from decimal import Decimal

import requests
from urllib3.util import SKIP_HEADER

from operations import CALLS
from signature import SignatureError, now_millis

# What names an object. Where an answer names one, it must be the one that was asked for.
IDENTITIES = ("request_id", "merch_id", "beneficiary_id", "contract_order_no", "recv_order_no", "order_no")


class Refused(Exception):
    """The platform's refusal. Only a 401 may come without a signature; it is no evidence of anything else."""

    def __init__(self, status, ret_code, ret_msg, is_signed, reason):
        super().__init__(f"{status} {ret_code} {ret_msg} {reason or ''}".strip())
        self.status, self.ret_code, self.ret_msg = status, ret_code, ret_msg
        self.is_signed, self.reason = is_signed, reason


class Client:
    def __init__(self, base, ca_file, signer, verifier):
        self._base, self._signer, self._verifier = base, signer, verifier
        self._session = requests.Session()
        # The user's proxies and certificates are nobody's business here.
        self._session.trust_env = False
        self._session.verify = ca_file
        self._session.headers.clear()
        self._accepted = set()
        self.called = set()
        self.verified = 0
        self.unsigned = 0

    def call(self, name, body, merchant=None):
        return self.send(self.prepare(name, body, merchant))

    def upload(self, filename, content, merchant, sha256=None):
        """A file's id."""
        meta = {"filename": filename, "sha256": sha256 or hashlib.sha256(content).hexdigest()}
        answer = self.send(self.prepare("file.upload", meta, merchant, content))
        return answer["file_id"] if "file_id" in answer else answer["data"]["file_id"]

    def prepare(self, name, body, merchant=None, file=None):
        """A request, signed and not yet sent, so that it can be damaged or sent twice."""
        call = CALLS[name]
        if call.has_merchant != (merchant is not None):
            raise ValueError(f"{name}: X-Merch-Id is wanted by it or by you, not by both")
        # Once; these very bytes are signed and sent.
        signed = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        if file is None:
            carried = {"data": signed, "headers": {"Content-Type": "application/json"}}
        else:
            parts = {"meta": (None, signed, "application/json"), "file": (body["filename"], file)}
            carried = {"files": parts, "headers": {}}
        headers = carried["headers"]
        headers["Accept"] = "application/json"
        # A compressed answer couldn't be verified, so none is asked for.
        headers["Accept-Encoding"] = SKIP_HEADER
        headers["Authorization"] = self._signer.authorization(call.path, merchant, signed)
        if merchant is not None:
            headers["X-Merch-Id"] = merchant
        prepared = self._session.prepare_request(requests.Request("POST", self._base + call.path, **carried))
        return Prepared(name, call.path, body, merchant, prepared)

    def send(self, prepared):
        """The answer's JSON, verified."""
        started = now_millis()
        response = self._session.send(
            prepared.request, verify=self._session.verify, timeout=30, allow_redirects=False, stream=True
        )
        with response:
            if "Content-Encoding" in response.headers:
                raise SignatureError("the answer has a Content-Encoding, so these aren't the bytes that were signed")
            body, header = response.content, response.headers.get("Authorization")
        if header is None and response.status_code == 401:
            self.unsigned += 1
            raise self._refusal(response, json.loads(body), is_signed=False)
        if header is None:
            raise SignatureError(f"{prepared.name}: {response.status_code} without a signature")
        string = self._verifier.verify(header, prepared.path, prepared.merchant, body, since=started)
        if string in self._accepted:
            raise SignatureError(f"{prepared.name}: this very answer came before")
        self._accepted.add(string)
        self.verified += 1
        if response.headers.get("Content-Type", "").partition(";")[0] != "application/json":
            raise SignatureError(f"{prepared.name}: an answer that isn't called JSON")
        # Money is never a float.
        answer = json.loads(body, parse_float=Decimal)
        if response.status_code != 200 or answer.get("ret_code", "000000") != "000000":
            raise self._refusal(response, answer, is_signed=True)
        asked = {"merch_id": prepared.merchant or prepared.body.get("merch_id"), **prepared.body}
        for name in IDENTITIES:
            if name in answer and asked.get(name) not in (None, answer[name]):
                raise SignatureError(f"{prepared.name}: an answer about another {name}")
        self.called.add(prepared.name)
        return answer

    @staticmethod
    def _refusal(response, answer, is_signed):
        reason = response.headers.get("X-Emulator-Reason")
        return Refused(response.status_code, answer["ret_code"], answer["ret_msg"], is_signed, reason)


class Prepared:
    def __init__(self, name, path, body, merchant, request):
        self.name, self.path, self.body, self.merchant, self.request = name, path, body, merchant, request

    def flip(self, byte):
        """Changes one bit of the body's `byte` after it was signed."""
        damaged = bytearray(self.request.body)
        damaged[byte] ^= 1
        self.request.body = bytes(damaged)
        return self
