"""webhook.py FILE: takes what a drill tells, on a free port of loopback, which it says. Each notice
is a line of FILE: the run, the event, the text. Its address ends with /hook."""

import http.server
import json
import sys


class Webhook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        notice = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        if self.path == "/hook":
            with open(sys.argv[1], "a", encoding="utf-8") as file:
                file.write("{run} {event} {text}\n".format(**notice))
        self.send_response(204 if self.path == "/hook" else 404)
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Webhook)
print("%s:%d" % server.server_address, flush=True)
server.serve_forever()
