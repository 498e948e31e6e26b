"""The emulator's control port: what no merchant can do at a real platform, and a test must."""

import requests


class Control:
    def __init__(self, base, token):
        self._base = base
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {token}"

    def register(self, merchant, signer):
        """A merchant with its public key."""
        key = {"key_id": signer.key_id, "public_key_pem": signer.public_key_pem}
        self._post("/merchants", {"merchant": merchant, **key})

    def subscribe(self, url, under=False):
        """Sends notifications to a URL, or to their documented paths under it."""
        self._post("/subscribers", {"url": url, "under": under})

    def land(self, merchant, currency, amount):
        """Lets money arrive from outside; the receipt's number."""
        landing = {"currency": currency, "amount": amount}
        return self._post(f"/merchants/{merchant}/remittances", landing)["recv_order_no"]

    def advance(self, seconds):
        """Moves the business clock. All that is due by then has happened afterwards."""
        self._post("/clock/advance", {"millis": seconds * 1000})

    def _post(self, path, body):
        response = self._session.post(self._base + path, json=body, timeout=120)
        response.raise_for_status()
        return response.json() if response.content else {}
