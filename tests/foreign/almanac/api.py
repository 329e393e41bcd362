"""The HTTP API: ask for a report, see how it is doing, withdraw it."""

import json
import logging
import time
import uuid
from contextlib import asynccontextmanager
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import psycopg
import psycopg_pool
import redis
import uvicorn
from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest
from pydantic import BaseModel, Field, HttpUrl
from redis.backoff import NoBackoff
from redis.retry import Retry

from almanac.database import FINISHED, Database
from almanac.service import readiness, set_up_logging
from almanac.settings import TOPIC_REQUESTS, settings
from almanac.stream import Publisher

log = logging.getLogger("almanac.api")
SLUG = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"

answered = Counter("almanac_http_requests", "Requests answered", ["method", "route", "code"])
took = Histogram("almanac_http_request_seconds", "Time to answer", ["method", "route"])
by_status = Gauge("almanac_reports", "Report requests by status", ["status"])


class Status(StrEnum):
    queued = "queued"
    planned = "planned"
    crunching = "crunching"
    ready = "ready"
    broken = "broken"
    withdrawn = "withdrawn"


class Urgency(StrEnum):
    normal = "normal"
    rush = "rush"


class ReportRequest(BaseModel):
    dataset: str = Field(pattern=SLUG, description="A folder of the lake")
    edition: str = Field(pattern=SLUG, description="Your name for this report")
    callback: HttpUrl | None = Field(None, description="Told when the report is finished")
    urgency: Urgency = Urgency.normal
    reference: str | None = Field(
        None, max_length=200, description="Yours; the same reference is the same request"
    )


class Report(BaseModel):
    id: uuid.UUID
    reference: str | None
    dataset: str
    edition: str
    urgency: Urgency
    callback: str | None
    status: Status
    revision: int = Field(description="Grows by one with every change of status")
    tries: int
    reason: str | None = Field(description="Why it is broken")
    result: dict | None = Field(description="Where the report is, once it is ready")
    requested_at: datetime
    changed_at: datetime


class ReportPage(BaseModel):
    total: int
    items: list[Report]


class Change(BaseModel):
    revision: int
    status: Status
    worker: str
    at: datetime


@asynccontextmanager
async def lifespan(_app: FastAPI):
    yield
    publisher.producer.flush(5)


app = FastAPI(
    title="Almanac", version="1.4.0", description="Weather reports on request.", lifespan=lifespan
)
database = Database("api", connections=10)
publisher = Publisher()
cache = redis.Redis.from_url(
    settings.redis_url,
    socket_timeout=0.5,
    socket_connect_timeout=0.5,
    retry=Retry(NoBackoff(), 0),
)


@app.middleware("http")
async def measure(request: Request, call_next):
    start = time.perf_counter()
    response = await call_next(request)
    route = getattr(request.scope.get("route"), "path", "other")
    took.labels(request.method, route).observe(time.perf_counter() - start)
    answered.labels(request.method, route, response.status_code).inc()
    return response


@app.exception_handler(psycopg.OperationalError)
@app.exception_handler(psycopg_pool.PoolTimeout)
def database_is_away(_request: Request, error: Exception):
    log.warning("database: %s", error)
    return JSONResponse({"detail": "try again later"}, 503, headers={"Retry-After": "2"})


@app.post("/api/report-requests", status_code=202, response_model=Report)
def request_report(body: ReportRequest, request: Request, response: Response):
    values = body.model_dump(mode="json")
    row = database.add({**values, "id": uuid.uuid4()})
    if row is None:
        row = database.one(
            "select * from reporting.requests where reference = %s", (body.reference,)
        )
        if any(row[name] != values[name] for name in ("dataset", "edition")):
            raise HTTPException(409, "this reference stands for another request")
        response.status_code = 200
    else:
        trace = request.headers.get("traceparent")
        headers = {"traceparent": trace} if trace else {}
        message = {"request": str(row["id"]), "urgency": row["urgency"]}
        publisher.send(TOPIC_REQUESTS, row["dataset"], message, headers)
    response.headers["Location"] = f"/api/report-requests/{row['id']}"
    return row


@app.get("/api/report-requests", response_model=ReportPage)
def list_reports(
    reference: str | None = None,
    edition: Annotated[str | None, Query(description="Editions that begin so")] = None,
    status: Status | None = None,
    limit: Annotated[int, Query(ge=0, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0)] = 0,
):
    where = """
      from reporting.requests
      where (%(reference)s::text is null or reference = %(reference)s)
        and (%(edition)s::text is null or starts_with(edition, %(edition)s))
        and (%(status)s::text is null or status = %(status)s)"""
    values = {"reference": reference, "edition": edition, "status": status}
    total = database.one("select count(*) as n" + where, values)["n"]
    page = f"select * {where} order by requested_at, id limit {limit} offset {offset}"
    return {"total": total, "items": database.rows(page, values)}


@app.get("/api/report-requests/{request_id}", response_model=Report)
def show_report(request_id: uuid.UUID, response: Response):
    key = f"almanac:request:{request_id}"
    try:
        known = cache.get(key)
        if known is not None:
            response.headers["X-Cache"] = "hit"
            return json.loads(known)
    except redis.RedisError as error:
        log.warning("cache: %s", error)
    row = database.request(request_id)
    if row is None:
        raise HTTPException(404, "no such request")
    report = Report(**row).model_dump(mode="json")
    response.headers["X-Cache"] = "miss"
    try:
        cache.set(key, json.dumps(report), ex=60 if row["status"] in FINISHED else 2)
    except redis.RedisError as error:
        log.warning("cache: %s", error)
    return report


@app.get("/api/report-requests/{request_id}/log", response_model=list[Change])
def show_changes(request_id: uuid.UUID):
    query = "select * from reporting.request_log where request_id = %s order by revision"
    return database.rows(query, (request_id,))


@app.delete("/api/report-requests/{request_id}", response_model=Report)
def withdraw_report(request_id: uuid.UUID):
    row = database.move(request_id, ("queued", "planned", "crunching"), "withdrawn")
    if row is None:
        if database.request(request_id) is None:
            raise HTTPException(404, "no such request")
        raise HTTPException(409, "this request is finished")
    return row


@app.get("/api/about")
def about():
    return {"platform": app.title, "version": app.version, "environment": settings.environment}


@app.get("/api/drills")
def drills():
    """Until when this installation may be disturbed, and what it is used for."""
    if not settings.drills_until:
        raise HTTPException(404, "no drills here")
    return {"environment": settings.environment, "expires": settings.drills_until}


@app.get("/healthz")
def health():
    return {"alive": True, "part": "api"}


@app.get("/readyz")
def ready():
    code, answer = readiness({"database": database.ping, "kafka": publisher.ping})
    return JSONResponse(answer, status_code=code)


@app.get("/metrics", include_in_schema=False)
def metrics():
    counts = database.rows("select status, count(*) as n from reporting.requests group by status")
    known = {row["status"]: row["n"] for row in counts}
    for status in Status:
        by_status.labels(status.value).set(known.get(status.value, 0))
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


if __name__ == "__main__":
    set_up_logging()
    uvicorn.run(
        app, host="127.0.0.1", port=settings.port_of("api"), log_level="warning",
        timeout_graceful_shutdown=5,
    )
