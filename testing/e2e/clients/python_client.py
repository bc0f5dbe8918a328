"""A client made of Debian's python3-websockets and python3-msgpack. pipe-peer.mjs says what its lines mean."""

import asyncio
import base64
import json
import sys

import msgpack
import websockets


async def lines_of(pipe):
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    async for line in reader:
        yield line.decode().rstrip("\n")


async def send(socket):
    async for line in lines_of(sys.stdin):
        kind, payload = line.split(" ", 1)
        await socket.send(payload if kind == "text" else base64.b64decode(payload))
    await socket.close()


async def main(address):
    async with websockets.connect(address) as socket:
        sending = asyncio.create_task(send(socket))
        try:
            async for frame in socket:
                if isinstance(frame, str):
                    print("text", frame, flush=True)
                else:
                    print("messagepack", json.dumps(msgpack.unpackb(frame)), flush=True)
        except websockets.ConnectionClosedError:
            pass  # any code but 1000 and 1001; told below
        print("closed", socket.close_code, flush=True)
        sending.cancel()


asyncio.run(main(sys.argv[1]))
