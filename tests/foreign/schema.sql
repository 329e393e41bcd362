create schema if not exists reporting;

create table if not exists reporting.requests (
  id           uuid primary key,
  reference    text unique,
  dataset      text not null,
  edition      text not null,
  urgency      text not null check (urgency in ('normal', 'rush')),
  callback     text,
  status       text not null check
    (status in ('queued', 'planned', 'crunching', 'ready', 'broken', 'withdrawn')),
  revision     integer not null default 1,
  tries        integer not null default 0,
  reason       text,
  result       jsonb,
  requested_at timestamptz not null default clock_timestamp(),
  changed_at   timestamptz not null default clock_timestamp()
);
create index if not exists requests_by_status on reporting.requests (status, requested_at);
create index if not exists requests_by_edition on reporting.requests (edition);

-- Every change of a status, so that support can answer "what happened to my report?".
create table if not exists reporting.request_log (
  request_id uuid not null references reporting.requests on delete cascade,
  revision   integer not null,
  status     text not null,
  worker     text not null,
  at         timestamptz not null default clock_timestamp(),
  primary key (request_id, revision)
);

-- Every attempt to tell somebody that a report is finished.
create table if not exists reporting.callbacks (
  delivery   uuid not null,
  attempt    integer not null,
  request_id uuid not null references reporting.requests on delete cascade,
  code       integer,
  error      text,
  at         timestamptz not null default clock_timestamp(),
  primary key (delivery, attempt)
);
create index if not exists callbacks_by_request on reporting.callbacks (request_id);
