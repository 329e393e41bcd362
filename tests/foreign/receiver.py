"""receiver.py PORT FILE [REFUSALS]: takes callbacks and writes each as a line of JSON to FILE.

The first REFUSALS posts are answered 500."""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

port, file = int(sys.argv[1]), Path(sys.argv[2])
refusals = int(sys.argv[3]) if len(sys.argv) > 3 else 0


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        global refusals
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        code = 500 if refusals > 0 else 204
        refusals -= 1
        with file.open("a") as out:
            out.write(json.dumps({"answered": code} | body) + "\n")
        self.send_response(code)
        self.end_headers()

    def log_message(self, *_):
        pass


HTTPServer(("127.0.0.1", port), Receiver).serve_forever()
