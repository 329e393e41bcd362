"""counter.py: a platform as small as can be, on a free port of loopback, which it says: takes in orders,
and is done with each at once."""

import http.server
import itertools
import json

ids = itertools.count()


class Counter(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer(202, {"id": f"o{next(ids)}"})

    def do_GET(self):
        self.answer(200, {"status": "served"})

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counter)
print("%s:%d" % server.server_address, flush=True)
server.serve_forever()
