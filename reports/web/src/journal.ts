// The shape of journal.json as far as the report reads it. Times are seconds of virtual time unless
// a field says otherwise; shares are fractions of one. Every field may be missing: a run that was
// interrupted leaves a partial journal, and the page shows what is there.

export type Maybe<T> = T | null | undefined;

export interface Attempt {
  stage?: string;
  task?: number | string;
  attempt?: number;
  node?: string | number;
  from: number;
  to?: Maybe<number>;
  outcome?: string;
}

export interface GanttJob {
  job?: string | number;
  output?: string;
  priority?: string;
  class?: string;
  accepted?: Maybe<number>;
  started?: Maybe<number>;
  finished?: Maybe<number>;
  terminal?: Maybe<string>;
  late?: Maybe<number | boolean>;
  attempts?: Attempt[];
}

export interface Link {
  id: number | string;
  parent?: Maybe<number | string>;
  kind?: string;
  at?: Maybe<number>;
  entity?: string;
  what?: string;
}

export interface Finding {
  what?: string;
  since?: Maybe<number>;
  endangers?: string;
  look_at?: string;
  protects?: string;
  rescue?: string;
  cause_chain?: (number | string)[];
}

export interface Levels {
  freshness_p99?: Maybe<number>;
  error_rate?: Maybe<number>;
  oldest_age?: Maybe<number>;
}

export interface Recovery {
  verdict?: string;
  after_s?: Maybe<number>;
}

export interface Fault {
  fault?: string;
  name?: string;
  target?: string;
  at?: Maybe<number>;
  for?: Maybe<number>;
  from?: Maybe<number>;
  to?: Maybe<number>;
  fired?: Maybe<number>;
  touched?: Maybe<number>;
  before?: Levels;
  during?: Levels;
  after?: Levels;
  recovery?: Recovery;
}

export interface Track {
  unit?: string;
  values?: Maybe<number>[];
}

export interface Series {
  step_s?: number;
  start_s?: number;
  at?: number[];
  tracks?: Record<string, Track>;
}

export interface Worst {
  entity_id?: string | number;
  data_version?: string | number;
  from?: Maybe<number>;
  until?: Maybe<number>;
  why?: string | string[];
}

export interface Trust {
  outputs?: number;
  trusted?: number;
  late?: number;
  wrong?: number;
  unknown?: number;
  falsely_trusted?: number;
  worst?: Worst[];
  counts_over_time?: Series;
}

export interface Summary {
  count?: number;
  mean?: Maybe<number>;
  min?: Maybe<number>;
  max?: Maybe<number>;
  p50?: Maybe<number>;
  p90?: Maybe<number>;
  p95?: Maybe<number>;
  p99?: Maybe<number>;
  p999?: Maybe<number>;
  value?: Maybe<number>;
  rate?: Maybe<number>;
  unit?: string;
}

export interface Threshold {
  expr?: string;
  observed?: Maybe<number | string>;
  holds?: Maybe<boolean>;
  window?: Maybe<string | number>;
}

export interface Evidence {
  at?: Maybe<number>;
  what?: string;
  chain?: (number | string)[];
}

export interface Invariant {
  name?: string;
  verdict?: string;
  violations?: number;
  saw?: string;
  situations?: number;
  evidence?: (Evidence | string)[];
}

export interface Probe {
  name?: string;
  hits?: number;
}

export interface Resource {
  name?: string;
  peak?: Maybe<number>;
  at?: Maybe<number>;
  cause?: string;
  mean?: Maybe<number>;
  wait_p99?: Maybe<number>;
}

export interface Setting {
  path?: string;
  value?: unknown;
  unit?: string;
  from?: string;
}

export interface Phase {
  name?: string;
  from?: number;
  to?: number;
}

export interface Journal {
  verdict?: string;
  exit_code?: number;
  headline?: string;
  title?: string;
  scenario?: string;
  seed?: number | string;
  replications?: { count?: number; failed?: number };
  fingerprint?: string;
  world?: string;
  virtual_s?: number;
  wall_s?: number;
  events?: number;
  requests?: number;
  run?: { started_at?: string; version?: string; calibration?: Maybe<string> };
  notes?: string[];
  generator?: {
    offered_per_s?: Maybe<number>;
    sent_per_s?: Maybe<number>;
    achieved_per_s?: Maybe<number>;
    ratio?: Maybe<number>;
  };
  jobs?: Record<string, number>;
  trust?: Trust;
  metrics?: Record<string, Summary | number>;
  series?: Series;
  thresholds?: Threshold[];
  invariants?: Invariant[];
  probes?: Probe[];
  faults?: Fault[];
  recovery?: Recovery;
  resources?: Resource[];
  settings?: Setting[];
  repro?: string;
  phases?: Phase[];
  findings?: Finding[];
  gantt?: GanttJob[];
  chain?: Link[];
  offered?: { slot_hours?: number[]; slots?: number };
}

// A fault's window, with the number that stands for it everywhere on the page.
export interface Window {
  number: number;
  name: string;
  from: number;
  to: number;
}

function known(value: Maybe<number>): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

export function fault_name(fault: Fault): string {
  return fault.fault ?? fault.name ?? "fault";
}

export function windows_of(journal: Journal): Window[] {
  const end = journal.virtual_s ?? Number.POSITIVE_INFINITY;
  const windows: Window[] = [];
  (journal.faults ?? []).forEach((fault, index) => {
    const from = known(fault.from) ? fault.from : fault.at;
    if (!known(from) || from >= end) return; // A run that was cut short may not have come to it.
    const lasted = known(fault.for) ? from + fault.for : end;
    const to = known(fault.to) ? fault.to : lasted;
    windows.push({ number: index + 1, name: fault_name(fault), from, to: Math.min(to, end) });
  });
  return windows.filter((window) => Number.isFinite(window.to));
}

// The sampling instants of a series: `at` when it is there, else start and step.
export function instants(series: Series): number[] {
  if (series.at && series.at.length > 0) return series.at;
  const tracks = Object.values(series.tracks ?? {});
  const length = tracks.reduce((most, track) => Math.max(most, track.values?.length ?? 0), 0);
  const start = series.start_s ?? 0;
  const step = series.step_s ?? 1;
  return Array.from({ length }, (_, index) => start + index * step);
}
