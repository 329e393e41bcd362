"""The table of requests, and the only way in which a status changes."""

import os

from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from almanac.settings import settings

FINISHED = ("ready", "broken", "withdrawn")

_MOVE = """
with moved as (
  update reporting.requests
  set status = %(to)s, revision = revision + 1, changed_at = clock_timestamp(),
      tries = tries + %(tries)s, reason = coalesce(%(reason)s, reason),
      result = coalesce(%(result)s, result)
  where id = %(id)s and status = any(%(came_from)s)
  returning *
), logged as (
  insert into reporting.request_log (request_id, revision, status, worker)
  select id, revision, status, %(worker)s from moved
)
select * from moved
"""

_ADD = """
with added as (
  insert into reporting.requests (id, reference, dataset, edition, urgency, callback, status)
  values (%(id)s, %(reference)s, %(dataset)s, %(edition)s, %(urgency)s, %(callback)s, 'queued')
  on conflict (reference) do nothing
  returning *
), logged as (
  insert into reporting.request_log (request_id, revision, status, worker)
  select id, revision, status, %(worker)s from added
)
select * from added
"""


class Database:
    def __init__(self, part: str, connections: int):
        self.worker = f"{part}-{os.getpid()}"
        self.pool = ConnectionPool(
            settings.database_url,
            min_size=1,
            max_size=connections,
            timeout=5,
            check=ConnectionPool.check_connection,
            kwargs={
                "row_factory": dict_row,
                "autocommit": True,
                "connect_timeout": 5,
                "application_name": f"almanac-{part}",
                "options": "-c statement_timeout=10000",
            },
            open=True,
        )

    def rows(self, query: str, values=None) -> list[dict]:
        with self.pool.connection() as connection:
            return connection.execute(query, values).fetchall()

    def one(self, query: str, values=None) -> dict | None:
        rows = self.rows(query, values)
        return rows[0] if rows else None

    def run(self, query: str, values=None) -> None:
        with self.pool.connection() as connection:
            connection.execute(query, values)

    def ping(self) -> None:
        self.rows("select 1")

    def request(self, request_id) -> dict | None:
        return self.one("select * from reporting.requests where id = %s", (request_id,))

    def add(self, values: dict) -> dict | None:
        """The new row, or nothing if its reference is taken."""
        return self.one(_ADD, {**values, "worker": self.worker})

    def move(self, request_id, came_from, to, tries=0, reason=None, result=None) -> dict | None:
        """The row after its change, or nothing if it was in no state that may change so."""
        values = {"id": request_id, "came_from": list(came_from), "to": to, "tries": tries}
        values |= {"reason": reason, "result": None if result is None else Jsonb(result)}
        return self.one(_MOVE, values | {"worker": self.worker})
