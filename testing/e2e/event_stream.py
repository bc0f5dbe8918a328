"""Prints the offset of each batch of a stream, and resumes with the id of the last event after a cut.

The first argument names the library: urllib, or requests. The second is the URL.
"""

import http.client
import json
import os
import sys
import urllib.request

last_id = None


def urllib_lines(url, headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:
        for line in response:
            if line.endswith(b"\n"):
                yield line[:-1]


def requests_lines(url, headers):
    try:
        import requests
    except ImportError:
        sys.exit("Python has no module requests: run scripts/install-test-tools")

    with requests.get(url, headers=headers, stream=True, timeout=60) as response:
        response.raise_for_status()
        yield from response.iter_lines(chunk_size=1)


def read(lines):
    """Reads events until the connection ends. An event that is cut is dropped, as the standard demands."""
    global last_id
    event_id, data = None, None
    for line in map(bytes.decode, lines):
        if line.startswith("id: "):
            event_id = line[4:]
        elif line.startswith("data: "):
            data = line[6:]
        elif line == "":
            last_id = event_id or last_id
            if data is not None and '"type":"metrics"' in data:
                print(json.loads(data)["offset"])
            event_id, data = None, None


open_lines = {"urllib": urllib_lines, "requests": requests_lines}[sys.argv[1]]
while True:
    headers = {"Authorization": "Bearer " + os.environ["TOKEN"]}
    if last_id is not None:
        headers["Last-Event-ID"] = last_id
    try:
        read(open_lines(sys.argv[2], headers))
    except (OSError, http.client.HTTPException) as error:
        print("reconnecting after", error, file=sys.stderr)
