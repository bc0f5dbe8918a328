"""Prints the offset of each batch of a stream, and resumes with the id of the last event after a cut."""

import http.client
import json
import os
import sys
import urllib.request

last_id = None


def read(stream):
    """Reads events until the connection ends. An event that is cut is dropped, as the standard demands."""
    global last_id
    event_id, data = None, None
    for raw in stream:
        line = raw.decode().rstrip("\n")
        if line.startswith("id: "):
            event_id = line[4:]
        elif line.startswith("data: "):
            data = line[6:]
        elif line == "" and raw.endswith(b"\n"):
            last_id = event_id or last_id
            if data is not None and '"type":"metrics"' in data:
                print(json.loads(data)["offset"])
            event_id, data = None, None


while True:
    headers = {"Authorization": "Bearer " + os.environ["TOKEN"]}
    if last_id is not None:
        headers["Last-Event-ID"] = last_id
    try:
        with urllib.request.urlopen(urllib.request.Request(sys.argv[1], headers=headers)) as response:
            read(response)
    except (OSError, http.client.HTTPException) as error:
        print("reconnecting after", error, file=sys.stderr)
