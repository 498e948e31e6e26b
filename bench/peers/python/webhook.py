"""Python as a peer that takes notifications: FastAPI on uvicorn, and `cryptography`."""

import json
import sys

import uvicorn
from fastapi import FastAPI, Request, Response

from signing import Seen, Signing

private_key, public_key, _, path, merchant, key_id = sys.argv[1:]
signing, seen = Signing(private_key, public_key, path, merchant, key_id), Seen()
app = FastAPI()


@app.post(path)
async def take(request: Request):
    body = await request.body()
    if request.headers.get("x-merch-id") != merchant:
        return Response(status_code=401)
    nonce = signing.nonce_of_genuine(request.headers.get("authorization", ""), body)
    if nonce is None:
        return Response(status_code=401)
    if seen.is_first(nonce):
        json.loads(body)
    return Response(content=b'{"ret_code":"000000","ret_msg":"Success"}', media_type="application/json")


class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print("listening", self.servers[0].sockets[0].getsockname()[1], flush=True)


Server(uvicorn.Config(app, "127.0.0.1", 0, log_level="warning", access_log=False)).run()
