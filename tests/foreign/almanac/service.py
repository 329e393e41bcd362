"""What every part that is no API has: health, metrics, and an orderly end."""

import json
import logging
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from almanac.settings import settings


def set_up_logging() -> None:
    logging.basicConfig(
        stream=sys.stdout,
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    for name in ("py4j", "botocore", "httpx"):
        logging.getLogger(name).setLevel(logging.WARNING)


def readiness(checks: dict) -> tuple[int, dict]:
    """200 if everything that the part needs answers now, else 503; and what each said."""
    answers = {}
    for name, check in checks.items():
        try:
            check()
            answers[name] = "ok"
        except Exception as error:
            answers[name] = str(error) or repr(error)
    good = all(answer == "ok" for answer in answers.values())
    return (200 if good else 503), {"ready": good, "checks": answers}


def serve_health(part: str, checks: dict) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            code, kind = 200, "application/json"
            if self.path == "/healthz":
                body = json.dumps({"alive": True, "part": part}).encode()
            elif self.path == "/readyz":
                code, answer = readiness(checks)
                body = json.dumps(answer).encode()
            elif self.path == "/metrics":
                kind, body = CONTENT_TYPE_LATEST, generate_latest()
            else:
                code, body = 404, b'{"detail": "Not Found"}'
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", settings.port_of(part)), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def run_until_told(stream, handle) -> None:
    """Handles messages until SIGTERM or SIGINT; what is under way is finished first."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stream.stopping.set())
    stream.run(handle)
