"""Takes requests, finds their input, and hands jobs to the runners."""

from almanac.database import Database
from almanac.objects import Objects
from almanac.service import run_until_told, serve_health, set_up_logging
from almanac.settings import TOPIC_EVENTS, TOPIC_JOBS, TOPIC_REQUESTS
from almanac.stream import Publisher, Stream, Unusable


class Dispatcher:
    def __init__(self, database: Database, objects: Objects, publisher: Publisher):
        self.database = database
        self.objects = objects
        self.publisher = publisher

    def handle(self, message: dict, headers: dict) -> None:
        row = self.database.request(message["request"])
        if row is None:
            raise Unusable(f"no request {message['request']}")
        if row["status"] not in ("queued", "planned"):
            return
        request, dataset = str(row["id"]), row["dataset"]
        readings = self.objects.list(f"lake/{dataset}/readings/")
        if not readings:
            row = self.database.move(
                request, ("queued", "planned"), "broken", reason="this dataset has no readings"
            )
            if row is not None:
                event = {"request": request, "status": "broken", "revision": row["revision"]}
                self.publisher.send_and_wait(TOPIC_EVENTS, request, event, headers)
            return
        if row["status"] == "queued":
            self.database.move(request, ("queued",), "planned")
        job = {
            "request": request,
            "dataset": dataset,
            "edition": row["edition"],
            "urgency": row["urgency"],
            "stations": f"lake/{dataset}/stations.csv",
            "readings": readings,
        }
        # Reports of one dataset follow each other, so that the lake is read while it is warm.
        self.publisher.send_and_wait(TOPIC_JOBS, dataset, job, headers)


def main() -> None:
    set_up_logging()
    database, objects, publisher = Database("dispatcher", 2), Objects(), Publisher()
    stream = Stream(TOPIC_REQUESTS, "almanac-dispatcher", publisher, at_once=1)
    serve_health(
        "dispatcher", {"database": database.ping, "objects": objects.ping, "kafka": stream.ping}
    )
    run_until_told(stream, Dispatcher(database, objects, publisher).handle)


if __name__ == "__main__":
    main()
