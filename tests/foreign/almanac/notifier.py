"""Tells those who asked that their report is finished."""

import logging
import time
import uuid
from datetime import UTC, datetime

import httpx
from prometheus_client import Counter

from almanac.database import Database
from almanac.service import run_until_told, serve_health, set_up_logging
from almanac.settings import TOPIC_EVENTS, settings
from almanac.stream import Publisher, Stream, Unusable

log = logging.getLogger("almanac.notifier")
callbacks = Counter("almanac_callbacks", "Attempts to tell somebody", ["outcome"])

_SHOWN = ("reference", "dataset", "edition", "reason", "result")
_NOTE = """
insert into reporting.callbacks (delivery, attempt, request_id, code, error)
values (%s, %s, %s, %s, %s)
"""


class Notifier:
    def __init__(self, database: Database):
        self.database = database
        self.http = httpx.Client(timeout=settings.callback_timeout, trust_env=False)

    def handle(self, event: dict, headers: dict) -> None:
        row = self.database.request(event["request"])
        if row is None:
            raise Unusable(f"no request {event['request']}")
        if row["callback"] is None:
            return
        delivery = uuid.uuid4()
        for attempt in range(1, int(settings.callback_attempts) + 1):
            if attempt > 1:
                time.sleep(0.25 * 2 ** (attempt - 1))
            code, error = self.post(row, event, delivery, attempt, headers)
            self.database.run(_NOTE, (delivery, attempt, row["id"], code, error))
            if error is None:
                callbacks.labels("accepted").inc()
                return
            callbacks.labels("refused" if code else "failed").inc()
            log.warning("%s: attempt %d: %s", row["id"], attempt, error)
        callbacks.labels("given_up").inc()

    def post(self, row: dict, event: dict, delivery, attempt: int, headers: dict):
        body = {
            "event": "report.finished",
            "delivery": str(delivery),
            "attempt": attempt,
            "sent_at": datetime.now(UTC).isoformat(),
            "report": {
                "id": str(row["id"]), "status": event["status"], "revision": event["revision"]
            } | {name: row[name] for name in _SHOWN},
        }
        try:
            answer = self.http.post(row["callback"], json=body, headers=headers)
        except httpx.HTTPError as error:
            return None, repr(error)
        return answer.status_code, None if answer.is_success else answer.reason_phrase


def main() -> None:
    set_up_logging()
    database = Database("notifier", 4)
    stream = Stream(TOPIC_EVENTS, "almanac-notifier", Publisher(), at_once=4)
    serve_health("notifier", {"database": database.ping, "kafka": stream.ping})
    run_until_told(stream, Notifier(database).handle)


if __name__ == "__main__":
    main()
