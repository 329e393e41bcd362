"""Kafka, as all parts use it: publish and be sure; consume at least once."""

import json
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
from prometheus_client import Counter

from almanac.settings import TOPIC_PARKED, settings

log = logging.getLogger("almanac.stream")
messages = Counter("almanac_messages", "Messages handled", ["topic", "outcome"])
publish_failures = Counter("almanac_publish_failures", "Messages that Kafka did not take")

PATIENCE_S = 60  # A message that cannot be handled for so long is parked.


KAFKA = {"bootstrap.servers": settings.kafka_brokers, "reconnect.backoff.ms": 500}


class Unusable(Exception):
    """A message that no further attempt will make good."""


class Publisher:
    def __init__(self):
        own = {"enable.idempotence": True, "linger.ms": 5, "message.timeout.ms": 30000}
        self.producer = Producer(KAFKA | own)

    def send(self, topic: str, key: str, value: dict, headers: dict) -> list:
        """Hands the message to the client and returns; a failure is counted and logged.

        The list gets one entry, once it is known: what went wrong, or None."""
        outcome = []

        def delivered(error, message):
            outcome.append(error)
            if error is not None:
                publish_failures.inc()
                log.error("%s %s was not published: %s", topic, message.key(), error)

        self.producer.produce(
            topic, json.dumps(value), key, headers=list(headers.items()), on_delivery=delivered
        )
        self.producer.poll(0)
        return outcome

    def send_and_wait(self, topic: str, key: str, value: dict, headers: dict) -> None:
        outcome = self.send(topic, key, value, headers)
        while not outcome:
            self.producer.poll(0.05)
        if outcome[0] is not None:
            raise KafkaException(outcome[0])

    def ping(self) -> None:
        self.producer.list_topics(timeout=3)


class Stream:
    """Messages of one topic, a few at a time. Offsets are committed after the handler is done."""

    def __init__(self, topic: str, group: str, publisher: Publisher, at_once: int):
        self.topic = topic
        self.at_once = at_once
        self.publisher = publisher
        self.stopping = threading.Event()
        self.assigned = False
        self.consumer = Consumer(
            {
                **KAFKA,
                "group.id": group,
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
                "session.timeout.ms": int(settings.session_timeout * 1000),
                "heartbeat.interval.ms": 2000,
            }
        )

    def ping(self) -> None:
        if not self.assigned:
            raise RuntimeError("no partitions assigned")

    def run(self, handle) -> None:
        def assigned(_consumer, _partitions):
            self.assigned = True

        def lost(_consumer, _partitions):
            self.assigned = False

        self.consumer.subscribe([self.topic], assigned, lost, lost)
        with ThreadPoolExecutor(self.at_once) as pool:
            while not self.stopping.is_set():
                batch = self.consumer.consume(self.at_once, timeout=0.2)
                good = [message for message in batch if self._is_good(message)]
                if not good:
                    continue
                if all(pool.map(lambda message: self._handle(handle, message), good)):
                    self._commit()
        self.consumer.close()

    def _is_good(self, message) -> bool:
        if message.error() is None:
            return True
        if message.error().code() != KafkaError._PARTITION_EOF:
            log.warning("%s: %s", self.topic, message.error())
        return False

    def _commit(self) -> None:
        try:
            self.consumer.commit(asynchronous=False)
        except KafkaException as error:
            log.warning("%s: offsets not committed, expect messages again: %s", self.topic, error)

    def _handle(self, handle, message) -> bool:
        """Whether the message is dealt with: handled or parked. Not, if we stop before."""
        headers = {name: value.decode() for name, value in message.headers() or []}
        gives_up = time.monotonic() + PATIENCE_S
        pause = 0.5
        while True:
            try:
                handle(json.loads(message.value()), headers)
                messages.labels(self.topic, "handled").inc()
                return True
            except Exception as error:
                log.warning("%s offset %d: %r", self.topic, message.offset(), error)
                hopeless = isinstance(error, (Unusable, ValueError, KeyError))
                if hopeless or time.monotonic() > gives_up:
                    return self._park(message, error)
            if self.stopping.wait(pause):
                return False
            pause = min(pause * 2, 8)

    def _park(self, message, error) -> bool:
        value = {
            "topic": self.topic,
            "offset": message.offset(),
            "error": repr(error),
            "value": message.value().decode(errors="replace"),
        }
        try:
            self.publisher.send_and_wait(TOPIC_PARKED, message.key(), value, {})
        except KafkaException:
            log.exception("%s offset %d could not be parked", self.topic, message.offset())
        messages.labels(self.topic, "parked").inc()
        return True
