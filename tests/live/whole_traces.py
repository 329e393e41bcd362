"""whole_traces.py SPANS: how many jobs have one trace from the API to the callback, each process's
work hanging under the request or message that brought it. Says what the first other one lacks."""

import json
import sys

# Whose call brings work to whom. What serves requests begins with a span of its own.
BROUGHT = {
    "launcher": ("queue.publish", "outbox"),
    "drivers": ("compute.start_job", "launcher"),
    "workers": ("compute.attempt", "drivers"),
    "callbacks": ("http.callback", "drivers"),
}


def group(span):
    return span["process"].split("/")[0]


def lacks(spans):
    """What keeps the spans of one trace from being whole; empty where nothing does."""
    known = {span["spanId"]: span for span in spans}
    for who, (call, caller) in BROUGHT.items():
        mine = [span for span in spans if group(span) == who and span["kind"] != 1]
        parents = [known.get(span.get("parentSpanId")) for span in mine]
        if not any(p and (p["name"], group(p)) == (call, caller) for p in parents):
            return f"no span of {who} hangs under {call} of {caller}"
    if not any(span["name"] == "POST /v1/processes" and group(span) == "api" for span in spans):
        return "the API's request is not in it"
    return ""


traces = {}
with open(sys.argv[1], encoding="utf-8") as lines:
    for line in lines:
        span = json.loads(line)
        traces.setdefault(span["traceId"], []).append(span)
jobs = {id: spans for id, spans in traces.items() if any(s["name"] == "job" for s in spans)}
why = [f"{id}: {lacks(spans)}" for id, spans in jobs.items() if lacks(spans)]
print(len(jobs) - len(why))
print(*why[:1], file=sys.stderr)
