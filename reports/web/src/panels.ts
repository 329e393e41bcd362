// Which tracks of the series share a panel of the timeline, in which order, on which scale.

import { kind_of } from "./format";
import type { Kind } from "./format";
import { instants } from "./journal";
import type { Maybe, Series } from "./journal";

export interface Line {
  name: string;
  unit: string;
  values: Maybe<number>[];
}

export interface Panel {
  title: string;
  kind: Kind;
  lines: Line[];
  log: boolean;
}

const order: { title: string; match: RegExp; apart?: boolean }[] = [
  { title: "Load", match: /^(load|reads|offered|api\.requests)\b/, apart: true },
  { title: "Errors", match: /^(api\.errors|errors|dead_letters)\b/ },
  { title: "Client latency", match: /^client\.latency\b/ },
  { title: "API latency", match: /^api\.latency\b/ },
  { title: "Process latency", match: /^(process|job|task)\.(latency|duration)\b/ },
  { title: "Freshness", match: /^freshness\b/ },
  { title: "Queue lag", match: /^queue\.lag(?!_)/ },
  { title: "Queue lag, age", match: /^(queue\.lag_age|queue\.wait|outbox\.age)\b/ },
  { title: "Spill", match: /^spill\b/ },
  { title: "Retries", match: /^retries\b/, apart: true },
  { title: "Callbacks", match: /^callbacks\b/, apart: true },
  { title: "Cache hits", match: /^cache\b/ },
  { title: "Utilisation", match: /utilisation\b|slots|memory/ },
];

function numbers(line: Line): number[] {
  return line.values.filter(
    (value): value is number => typeof value === "number" && Number.isFinite(value),
  );
}

function top(line: Line): number {
  return numbers(line).reduce((most, value) => Math.max(most, value), 0);
}

function mean(line: Line): number {
  const all = numbers(line);
  return all.reduce((sum, value) => sum + value, 0) / Math.max(1, all.length);
}

// More lines than this in one panel hide each other: it shows those that peak highest, and who
// reads it can add others.
export const most_shown = 8;

export function is_crowded(panel: Panel): boolean {
  return panel.lines.length > most_shown;
}

function tightest_first(lines: Line[]): Line[] {
  if (lines.length <= most_shown) return lines;
  return [...lines].sort((a, b) => top(b) - top(a) || mean(b) - mean(a));
}

// Times that range over decades, such as p50 and p99 through an outage, want a logarithmic scale.
function wants_log(kind: Kind, lines: Line[]): boolean {
  if (kind !== "time") return false;
  const all = lines
    .flatMap(numbers)
    .filter((value) => value > 0)
    .sort((a, b) => a - b);
  if (all.length < 8) return false;
  return all[all.length - 1] / all[Math.floor(all.length * 0.05)] > 200;
}

function is_log_safe(lines: Line[]): boolean {
  const all = lines.flatMap(numbers);
  return all.filter((value) => value <= 0).length < all.length * 0.2;
}

// Lines of one unit that differ fiftyfold hide each other; the smaller gets its own panel.
function split(lines: Line[]): Line[][] {
  const groups: Line[][] = [];
  for (const line of [...lines].sort((a, b) => top(b) - top(a))) {
    const fits = groups.find((group) => top(line) === 0 || top(line) * 30 > top(group[0]));
    if (fits) fits.push(line);
    else groups.push([line]);
  }
  return groups.reverse();
}

export function panels_of(series: Series): Panel[] {
  const length = instants(series).length;
  const buckets = new Map<string, Panel & { rank: number; apart: boolean }>();
  for (const [name, track] of Object.entries(series.tracks ?? {})) {
    const values = (track.values ?? []).slice(0, length);
    if (!values.some((value) => typeof value === "number")) continue;
    const found = order.findIndex((one) => one.match.test(name));
    const spec = order[found] ?? { title: name.replace(/\.p\d+$/, "") };
    const kind = kind_of(track.unit);
    const key = `${spec.title}|${kind}`;
    const panel = buckets.get(key) ?? {
      title: spec.title,
      kind,
      lines: [],
      log: false,
      rank: found < 0 ? 99 : found,
      apart: spec.apart ?? false,
    };
    panel.lines.push({ name, unit: track.unit ?? "", values });
    buckets.set(key, panel);
  }
  return [...buckets.values()]
    .sort((a, b) => a.rank - b.rank)
    .flatMap((panel) => {
      const groups = panel.apart ? split(panel.lines) : [panel.lines];
      const names = (lines: Line[]) =>
        lines.map((line) => short_name(line.name, panel.title)).join(", ");
      const title = (lines: Line[]) =>
        names(lines) === panel.title.toLowerCase()
          ? panel.title
          : `${panel.title}: ${names(lines)}`;
      return groups.map((lines) => ({
        ...panel,
        lines: tightest_first(lines),
        title: groups.length > 1 ? title(lines) : panel.title,
      }));
    })
    .map((panel) => ({
      ...panel,
      log: wants_log(panel.kind, panel.lines) && is_log_safe(panel.lines),
    }));
}

// What is left of a track's name under its panel's title: "p99" under "API latency".
export function short_name(name: string, title: string): string {
  const words = title.toLowerCase().replace(/[^a-z]+/g, ".");
  const plain = name.toLowerCase();
  if (title === "Utilisation") return name.replace(/\.?utilisation/, "") || name;
  for (const prefix of [`${words}.`, "load.", "api.latency.", "client.latency.", "queue."]) {
    if (plain.startsWith(prefix)) return name.slice(prefix.length);
  }
  return name;
}

// Axes are drawn in the unit in which their ticks come out round.
export function axis_scale(kind: Kind, most: number): { by: number; suffix: string } {
  if (kind === "time") {
    if (most > 7200) return { by: 3600, suffix: " h" };
    if (most > 180) return { by: 60, suffix: " min" };
    if (most >= 1) return { by: 1, suffix: " s" };
    if (most >= 1e-3) return { by: 1e-3, suffix: " ms" };
    return { by: 1e-6, suffix: " \u00b5s" };
  }
  if (kind === "share") return { by: 0.01, suffix: " %" };
  const units: [number, string][] =
    kind === "bytes"
      ? [
          [1e15, " PB"],
          [1e12, " TB"],
          [1e9, " GB"],
          [1e6, " MB"],
          [1e3, " kB"],
        ]
      : [
          [1e9, " G"],
          [1e6, " M"],
          [1e4, " k"],
        ];
  const rate = kind === "rate" ? "/s" : "";
  for (const [by, suffix] of units) {
    if (most >= by) return { by: suffix === " k" ? 1e3 : by, suffix: suffix + rate };
  }
  return { by: 1, suffix: kind === "bytes" ? " B" : rate };
}
