"""otlp_collector.py FILE: a collector of spans by OTLP/HTTP on a free port of loopback. It says
which. Each span becomes a line of FILE, with the process that sent it."""

import http.server
import json
import sys


class Collector(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        for resource in body["resourceSpans"]:
            told = {a["key"]: a["value"]["stringValue"] for a in resource["resource"]["attributes"]}
            for scope in resource["scopeSpans"]:
                for span in scope["spans"]:
                    span["process"] = told["service.instance.id"]
                    spans.write(json.dumps(span) + "\n")
        spans.flush()
        self.send_response(200 if self.path == "/v1/traces" else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


spans = open(sys.argv[1], "a", encoding="utf-8")
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
print(f"127.0.0.1:{server.server_address[1]}", flush=True)
server.serve_forever()
