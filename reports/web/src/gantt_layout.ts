// Where the jobs and attempts of the Gantt go, in seconds and lanes; nothing is drawn here.

import type { Attempt, GanttJob, Journal } from "./journal";

export const lane_height = 9;
const most_lanes = 14;
const most_attempts = 400;
const gap = 16;

export interface Placed {
  attempt: Attempt;
  lane: number;
}

export interface Block {
  job: GanttJob;
  origin: number;
  end: number;
  placed: Placed[];
  hidden: number;
  top: number;
  height: number;
}

export type Outcome = "done" | "failed" | "killed" | "running";

export function outcome_of(attempt: Attempt): Outcome {
  const text = (attempt.outcome ?? "").toLowerCase();
  if (text === "" || /running|unfinished/.test(text)) return "running";
  if (/^(ok|done|succeeded|success|committed|finished)/.test(text)) return "done";
  if (/^(killed|cancel|superseded|speculat)/.test(text)) return "killed";
  return "failed";
}

export function known(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

// Attempts that overlap in time go to lanes of their own, first fit. There is room for some only: a
// failed attempt is what one looks for, so those are placed first.
function pack(attempts: Attempt[], end: number): { placed: Placed[]; hidden: number } {
  const lanes: Attempt[][] = [];
  const failed = (one: Attempt) => (outcome_of(one) === "failed" ? 0 : 1);
  const overlap = (a: Attempt, b: Attempt) => a.from < (b.to ?? end) && b.from < (a.to ?? end);
  const placed: Placed[] = [];
  const sorted = attempts
    .filter((one) => known(one.from))
    .sort((a, b) => failed(a) - failed(b) || a.from - b.from);
  for (const attempt of sorted.slice(0, most_attempts)) {
    let lane = lanes.findIndex((others) => !others.some((other) => overlap(attempt, other)));
    if (lane < 0) lane = lanes.push([]) - 1;
    if (lane >= most_lanes) {
      lanes.pop();
      continue;
    }
    lanes[lane].push(attempt);
    placed.push({ attempt, lane });
  }
  return { placed, hidden: sorted.length - placed.length };
}

export function blocks_of(journal: Journal): Block[] {
  let top = 0;
  return (journal.gantt ?? []).map((job) => {
    const attempts = job.attempts ?? [];
    const starts = [job.accepted, job.started, ...attempts.map((one) => one.from)].filter(known);
    const origin = known(job.accepted) ? job.accepted : starts.length > 0 ? Math.min(...starts) : 0;
    const ends = [job.finished, ...attempts.map((one) => one.to)].filter(known);
    const open =
      !known(job.finished) && journal.virtual_s !== undefined
        ? [Math.min(journal.virtual_s, Math.max(origin, ...ends) + 600)]
        : [];
    const end = Math.max(origin + 1, ...ends, ...open);
    const { placed, hidden } = pack(attempts, end);
    const lanes = placed.reduce((most, one) => Math.max(most, one.lane + 1), 0);
    const block = {
      job,
      origin,
      end,
      placed,
      hidden,
      top,
      height: Math.max(30, 10 + lanes * lane_height),
    };
    top += block.height + gap;
    return block;
  });
}
