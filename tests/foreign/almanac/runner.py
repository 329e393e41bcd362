"""Runs reports on Spark: input from the lake, parts to the bucket, the manifest last."""

import csv
import hashlib
import logging
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

from prometheus_client import Counter, Histogram
from pyspark.sql import SparkSession

from almanac.database import FINISHED, Database
from almanac.objects import Objects
from almanac.report import open_session, warm_up, write_report
from almanac.service import run_until_told, serve_health, set_up_logging
from almanac.settings import TOPIC_EVENTS, TOPIC_JOBS, settings
from almanac.stream import Publisher, Stream, Unusable

log = logging.getLogger("almanac.runner")
finished = Counter("almanac_reports_finished", "Reports by how they ended", ["status"])
seconds = Histogram("almanac_report_seconds", "From the start of a report to its manifest",
                    buckets=(0.25, 0.5, 1, 2, 4, 8, 16, 32))


class Runner:
    def __init__(self, session: SparkSession, database: Database, objects: Objects,
                 publisher: Publisher, folder: Path):
        self.session = session
        self.database = database
        self.objects = objects
        self.publisher = publisher
        self.folder = folder

    def handle(self, job: dict, headers: dict) -> None:
        row = self.database.request(job["request"])
        if row is None:
            raise Unusable(f"no request {job['request']}")
        if row["status"] not in FINISHED:
            row = self.finish(job, row)
        if row is not None and row["status"] != "withdrawn":
            event = {"request": job["request"]} | {n: row[n] for n in ("status", "revision")}
            self.publisher.send_and_wait(TOPIC_EVENTS, job["request"], event, headers)

    def finish(self, job: dict, row: dict) -> dict | None:
        request = job["request"]
        if row["tries"] >= settings.tries:
            row = self.database.move(
                request, ("planned", "crunching"), "broken",
                reason=f"gave up after {row['tries']} tries",
            )
        else:
            row = self.database.move(request, ("planned", "crunching"), "crunching", tries=1)
            if row is None:
                return None
            with seconds.time():
                result = self.build(job, row["tries"])
            row = self.database.move(request, ("crunching",), "ready", result=result)
        if row is not None:
            finished.labels(row["status"]).inc()
        return row

    def build(self, job: dict, attempt: int) -> dict:
        """What the manifest says of the report, whoever wrote it."""
        place = f"reports/{job['dataset']}/{job['edition']}/{job['request']}"
        written = self.objects.get_json(f"{place}/_DONE.json")
        if written is None:
            started = time.monotonic()
            scratch = self.folder / f"{job['request']}-{attempt}"
            try:
                manifest = self.crunch(job, place, scratch)
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
            first = self.objects.put_json_once(f"{place}/_DONE.json", manifest)
            written = manifest if first else self.objects.get_json(f"{place}/_DONE.json")
            log.info("%s: %d lines from %d readings in %.2f s", job["request"],
                     written["lines"], written["readings"], time.monotonic() - started)
        manifest = f"s3://{self.objects.bucket}/{place}/_DONE.json"
        return {"manifest": manifest} | {
            name: written[name] for name in ("lines", "readings", "skipped")
        }

    def crunch(self, job: dict, place: str, scratch: Path) -> dict:
        (scratch / "readings").mkdir(parents=True)
        total = 0
        for number, key in enumerate(job["readings"]):
            body = self.objects.get(key)
            total += max(0, len(body.splitlines()) - 1)
            (scratch / "readings" / f"{number:05}.csv").write_bytes(body)
        (scratch / "stations.csv").write_bytes(self.objects.get(job["stations"]))

        self.session.sparkContext.setLocalProperty("spark.scheduler.pool", job["urgency"])
        files = [path.as_uri() for path in sorted((scratch / "readings").iterdir())]
        output = scratch / "report"
        stations = (scratch / "stations.csv").as_uri()
        write_report(self.session, files, stations, output.as_uri())

        parts = []
        for number, path in enumerate(sorted(output.glob("part-*.csv"))):
            body = path.read_bytes()
            lines = list(csv.DictReader(body.decode().splitlines()))
            key = f"{place}/part-{number:05}.csv"
            self.objects.put(key, body)
            parts.append({
                "key": key,
                "lines": len(lines),
                "readings": sum(int(line["readings"]) for line in lines),
                "bytes": len(body),
                "sha256": hashlib.sha256(body).hexdigest(),
            })
        used = sum(part["readings"] for part in parts)
        return {
            "request": job["request"],
            "dataset": job["dataset"],
            "edition": job["edition"],
            "lines": sum(part["lines"] for part in parts),
            "readings": used,
            "skipped": total - used,
            "parts": parts,
            "written_at": datetime.now(UTC).isoformat(),
        }


def main() -> None:
    set_up_logging()
    folder = Path(settings.home).resolve() / "scratch"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    database, objects, publisher = Database("runner", 4), Objects(), Publisher()
    stream = Stream(TOPIC_JOBS, "almanac-runner", publisher, int(settings.reports_at_once))
    checks = {"database": database.ping, "objects": objects.ping, "kafka": stream.ping}
    serve_health("runner", checks)
    session = open_session(folder)
    checks["spark"] = lambda: session.sparkContext.defaultParallelism  # Asks the JVM.
    warm_up(session, folder)
    runner = Runner(session, database, objects, publisher, folder)
    run_until_told(stream, runner.handle)
    session.stop()


if __name__ == "__main__":
    main()
