"""The merchant's endpoint: takes notifications, verifies each over the path at which it came, and hands them on.

What doesn't verify is answered 401 and remembered, so that whoever waits here is told why nothing came.
"""

import json
import queue
import threading
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from operations import NOTIFICATIONS
from signature import SignatureError

# All kinds at one address, and each kind at its own: nobody knows which of the two the platform does.
SINGLE = "/paykka/notifications"
BASE = "/paykka"


class Receiver:
    def __init__(self, verifier):
        self._verifier = verifier
        self._lock = threading.Lock()
        self._merchants = set()
        self._problems = []
        self._by_kind = {kind: queue.Queue() for kind in NOTIFICATIONS.values()}
        self._at_single, self._at_own = [], []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def origin(self):
        return f"http://127.0.0.1:{self._server.server_port}"

    def own(self, merchant):
        """The host isn't signed, so that others can forward their genuine notifications to us: only what is for our own
        merchants is taken."""
        with self._lock:
            self._merchants.add(merchant)

    def expect(self, kind, **fields):
        """The data of the next notification of this kind, which must have these fields."""
        try:
            data = self._by_kind[kind].get(timeout=20)
        except queue.Empty:
            raise SignatureError(f"no notification of {kind} came {fields}; {self._problems}") from None
        found = {name: data.get(name) for name in fields}
        if found != fields:
            raise SignatureError(f"{kind}: expected {fields}, came {found}")
        return data

    def kinds(self):
        return set(self._by_kind)

    def finish(self):
        """How many were verified. Nothing may be left, refused, or have come at one address alone."""
        self._server.shutdown()
        left = {kind: waiting.qsize() for kind, waiting in self._by_kind.items() if waiting.qsize()}
        if left or self._problems:
            raise SignatureError(f"notifications that nobody expected: {left}; refused: {self._problems}")
        if sorted(self._at_single) != sorted(self._at_own):
            raise SignatureError("the single address wasn't told the same as the others")
        return len(self._at_single) + len(self._at_own)

    def take(self, path, headers, body):
        """The status to answer with."""
        try:
            data = self._verified(path, headers, body)
        except (SignatureError, ValueError) as error:
            with self._lock:
                self._problems.append(f"{path}: {error}")
            return 401
        canonical = json.dumps(data, sort_keys=True, default=str)
        with self._lock:
            (self._at_single if path == SINGLE else self._at_own).append(canonical)
        if path != SINGLE:
            self._by_kind[NOTIFICATIONS[path.removeprefix(BASE)]].put(data)
        return 200

    def _verified(self, path, headers, body):
        if path != SINGLE and path.removeprefix(BASE) not in NOTIFICATIONS:
            raise SignatureError("nothing is received here")
        if headers.get_content_type() != "application/json" or "Content-Encoding" in headers:
            raise SignatureError("not plain JSON")
        authorization = headers.get_all("Authorization", [])
        merchant = headers.get_all("X-Merch-Id", [])
        if len(authorization) != 1 or len(merchant) != 1 or not merchant[0]:
            raise SignatureError("Authorization or X-Merch-Id is missing, empty or there twice")
        self._verifier.verify(authorization[0], path, merchant[0], body)
        with self._lock:
            is_ours = merchant[0] in self._merchants
        if not is_ours:
            raise SignatureError("for a merchant that isn't ours")
        notification = json.loads(body, parse_float=Decimal)
        data = notification["data"]
        kind = NOTIFICATIONS.get(path.removeprefix(BASE))
        wanted = {"ASSESSMENT"} if kind == "assessment" else {"MERCH"} if kind else {"ASSESSMENT", "MERCH"}
        if notification["type"] not in wanted or not isinstance(notification.get("version", ""), str):
            raise SignatureError(f"an envelope of type {notification['type']}")
        if data.get("merch_id", merchant[0]) != merchant[0]:
            raise SignatureError("the data are about another merchant than line 4")
        return data


def _handler(receiver):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            # As it was on the wire.
            status = receiver.take(self.path, self.headers, body)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_):
            pass

    return Handler
