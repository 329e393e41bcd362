"""What the environment says. Every part reads the same variables."""

import os
from dataclasses import dataclass, field


def _text(name: str, default: str):
    return field(default_factory=lambda: os.environ.get(name, default))


def _number(name: str, default: str):
    return field(default_factory=lambda: float(os.environ.get(name, default)))


@dataclass(frozen=True)
class Settings:
    database_url: str = _text("DATABASE_URL", "postgresql://almanac@127.0.0.1:5432/almanac")
    kafka_brokers: str = _text("KAFKA_BROKERS", "127.0.0.1:9092")
    redis_url: str = _text("REDIS_URL", "redis://127.0.0.1:6379/0")
    s3_endpoint: str = _text("S3_ENDPOINT", "http://127.0.0.1:7070")
    s3_bucket: str = _text("S3_BUCKET", "almanac")
    s3_region: str = _text("AWS_REGION", "us-east-1")
    home: str = _text("ALMANAC_HOME", ".")
    environment: str = _text("ALMANAC_ENVIRONMENT", "test")
    drills_until: str = _text("ALMANAC_DRILLS_UNTIL", "")
    port: float = _number("ALMANAC_PORT", "8300")
    session_timeout: float = _number("ALMANAC_KAFKA_SESSION_S", "10")
    spark_memory: str = _text("ALMANAC_SPARK_MEMORY", "512m")
    spark_cores: float = _number("ALMANAC_SPARK_CORES", "2")
    reports_at_once: float = _number("ALMANAC_REPORTS_AT_ONCE", "2")
    tries: float = _number("ALMANAC_TRIES", "3")
    callback_attempts: float = _number("ALMANAC_CALLBACK_ATTEMPTS", "5")
    callback_timeout: float = _number("ALMANAC_CALLBACK_TIMEOUT_S", "5")

    def port_of(self, part: str) -> int:
        """The API has the base port; health and metrics of the other parts follow it."""
        return int(self.port) + ("api", "dispatcher", "runner", "notifier").index(part)


settings = Settings()

TOPIC_REQUESTS = "report-requests.v1"
TOPIC_JOBS = "report-jobs.v1"
TOPIC_EVENTS = "report-events.v1"
TOPIC_PARKED = "report-parked.v1"
TOPICS = (TOPIC_REQUESTS, TOPIC_JOBS, TOPIC_EVENTS, TOPIC_PARKED)
