"""A client built from Debian's python3-websockets and python3-msgpack. pipe-peer.mjs documents the format of its lines."""

import asyncio
import base64
import json
import sys

import msgpack
import websockets


async def read_lines(pipe):
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    async for line in reader:
        yield line.decode().rstrip("\n")


async def forward_input(socket):
    async for line in read_lines(sys.stdin):
        kind, payload = line.split(" ", 1)
        await socket.send(payload if kind == "text" else base64.b64decode(payload))
    await socket.close()


async def main(url):
    async with websockets.connect(url) as socket:
        input_task = asyncio.create_task(forward_input(socket))
        try:
            async for frame in socket:
                if isinstance(frame, str):
                    print("text", frame, flush=True)
                else:
                    print("messagepack", json.dumps(msgpack.unpackb(frame)), flush=True)
        except websockets.ConnectionClosedError:
            pass  # any code but 1000 and 1001; reported below
        print("closed", socket.close_code, flush=True)
        input_task.cancel()


asyncio.run(main(sys.argv[1]))
