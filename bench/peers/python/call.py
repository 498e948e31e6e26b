"""Python as a peer that calls: aiohttp on uvloop, and `cryptography`."""

import asyncio
import json
import pathlib
import ssl
import sys
import time

import aiohttp
import uvloop

from signing import Seen, Signing


async def main(private_key, public_key, body, path, merchant, key_id, url, ca):
    signing, seen = Signing(private_key, public_key, path, merchant, key_id), Seen()
    body = pathlib.Path(body).read_bytes()
    connector = aiohttp.TCPConnector(limit=0, ssl=ssl.create_default_context(cafile=ca), keepalive_timeout=60)
    loop = asyncio.get_running_loop()

    async def call(session):
        headers = {
            "Authorization": signing.header(body),
            "X-Merch-Id": merchant,
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        async with session.post(url + path, data=body, headers=headers) as answer:
            got = await answer.read()
            nonce = signing.nonce_of_genuine(answer.headers.get("Authorization", ""), got)
            if nonce is None or not seen.is_first(nonce):
                raise ValueError("the answer isn't genuine")
            return json.loads(got)

    async def some(session, count, latencies):
        for _ in range(count):
            start = time.perf_counter()
            await call(session)
            latencies.append(time.perf_counter() - start)

    async with aiohttp.ClientSession(connector=connector) as session:
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            match line.split():
                case ["probe"]:
                    try:
                        await call(session)
                        print("genuine", flush=True)
                    except ValueError:
                        print("refused", flush=True)
                case ["load", in_flight, count]:
                    in_flight, count, latencies = int(in_flight), int(count), []
                    start = time.perf_counter()
                    await asyncio.gather(*(some(session, count // in_flight, latencies) for _ in range(in_flight)))
                    elapsed = time.perf_counter() - start
                    latencies.sort()
                    at = lambda share: latencies[round((len(latencies) - 1) * share)] * 1e6
                    print(f"{elapsed:.9f} {at(0.5):.1f} {at(0.99):.1f}", flush=True)
                case _:
                    print("unknown", flush=True)


uvloop.run(main(*sys.argv[1:]))
