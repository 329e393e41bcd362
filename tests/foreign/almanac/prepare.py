"""Prepares what the parts need, as often as you like: tables, topics, the bucket, an example."""

import random
import sys
from pathlib import Path

import psycopg
from botocore.exceptions import ClientError
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

from almanac.objects import Objects
from almanac.settings import TOPICS, settings


def prepare_tables() -> None:
    script = (Path(__file__).parent.parent / "schema.sql").read_text()
    with psycopg.connect(settings.database_url, connect_timeout=5) as connection:
        connection.execute(script)


def prepare_topics() -> None:
    admin = AdminClient({"bootstrap.servers": settings.kafka_brokers})
    wanted = [NewTopic(name, num_partitions=3, replication_factor=1) for name in TOPICS]
    for made in admin.create_topics(wanted, operation_timeout=10).values():
        try:
            made.result(15)
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise


def prepare_bucket(objects: Objects) -> None:
    try:
        objects.client.create_bucket(Bucket=objects.bucket)
    except ClientError as error:
        if not error.response["Error"]["Code"].startswith("BucketAlready"):
            raise


def prepare_example(objects: Objects, dataset: str = "north-coast", days: int = 4) -> None:
    """A small dataset: 40 stations in 5 regions, one file of readings a day."""
    if objects.list(f"lake/{dataset}/"):
        return
    draw = random.Random(dataset)
    regions = ("firth", "headland", "marsh", "moor", "strand")
    stations = [f"S{number:03}" for number in range(40)]
    lines = ["station,region"] + [
        f"{name},{regions[number % len(regions)]}" for number, name in enumerate(stations)
    ]
    objects.put(f"lake/{dataset}/stations.csv", ("\n".join(lines) + "\n").encode())
    for day in range(1, days + 1):
        lines = ["station,at,temperature,rain"]
        for minute in range(0, 24 * 60, 10):
            at = f"2024-06-{day:02}T{minute // 60:02}:{minute % 60:02}:00Z"
            for name in stations:
                rain = max(0.0, draw.gauss(-1, 1))
                lines.append(f"{name},{at},{draw.gauss(12, 4):.1f},{rain:.1f}")
        key = f"lake/{dataset}/readings/2024-06-{day:02}.csv"
        objects.put(key, ("\n".join(lines) + "\n").encode())


def main() -> int:
    objects = Objects()
    steps = {
        f"tables in {settings.database_url.rpartition('@')[2]}": prepare_tables,
        f"topics at {settings.kafka_brokers}": prepare_topics,
        f"bucket {objects.bucket} at {settings.s3_endpoint}": lambda: prepare_bucket(objects),
        "the example dataset": lambda: prepare_example(objects),
    }
    for what, step in steps.items():
        try:
            step()
        except Exception as error:
            print(f"cannot prepare {what}: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
