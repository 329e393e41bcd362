// Numbers as people read them. One place decides how a time, a size or a share is written.

import type { Journal, Maybe } from "./journal";

const none = "\u2013";
const thin = "\u202f";

function known(value: Maybe<number>): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function significant(value: number, digits: number): string {
  if (value === 0) return "0";
  const whole = Math.abs(value) >= 10 ** (digits - 1);
  return whole ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(digits)));
}

export function count(value: Maybe<number>): string {
  if (!known(value)) return none;
  if (Number.isInteger(value)) return value.toLocaleString("en");
  return significant(value, 3);
}

// 4,312,907 as "4.3 M", where the exact figure is of no use.
export function about(value: Maybe<number>): string {
  if (!known(value)) return none;
  const size = Math.abs(value);
  for (const [limit, suffix] of [
    [1e12, "T"],
    [1e9, "G"],
    [1e6, "M"],
    [1e4, "k"],
  ] as const) {
    const by = suffix === "k" ? 1e3 : limit;
    if (size >= limit) return `${significant(value / by, size / by < 10 ? 2 : 3)}${thin}${suffix}`;
  }
  return count(value);
}

export function duration(seconds: Maybe<number>): string {
  if (!known(seconds)) return none;
  const sign = seconds < 0 ? "\u2212" : "";
  const s = Math.abs(seconds);
  if (s === 0) return `0${thin}s`;
  if (s < 1e-6) return `${sign}${significant(s * 1e9, 3)}${thin}ns`;
  if (s < 1e-3) return `${sign}${significant(s * 1e6, 3)}${thin}\u00b5s`;
  if (s < 0.9995) return `${sign}${significant(s * 1e3, 3)}${thin}ms`;
  if (s < 99.5) return `${sign}${significant(s, s < 10 ? 2 : 3)}${thin}s`;
  if (s < 3570) {
    const whole = Math.round(s);
    const rest = whole % 60;
    const minutes = Math.floor(whole / 60);
    return `${sign}${minutes}m${rest ? ` ${String(rest).padStart(2, "0")}s` : ""}`;
  }
  if (s < 35970) {
    const whole = Math.round(s / 60);
    const rest = whole % 60;
    return `${sign}${Math.floor(whole / 60)}h${rest ? ` ${String(rest).padStart(2, "0")}m` : ""}`;
  }
  if (s < 72 * 3600) return `${sign}${significant(s / 3600, 3)}${thin}h`;
  return `${sign}${significant(s / 86400, 3)}${thin}d`;
}

let span = Number.POSITIVE_INFINITY;

// How long the run is decides how finely its instants are written.
export function set_span(seconds: Maybe<number>): void {
  span = known(seconds) && seconds > 0 ? seconds : Number.POSITIVE_INFINITY;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

// An instant of virtual time: 07:24:05, or 12.3 s in a run of two minutes or less.
export function clock(seconds: Maybe<number>): string {
  if (!known(seconds)) return none;
  if (span <= 120) return `${Number(seconds.toFixed(seconds < 10 ? 2 : 1))}${thin}s`;
  const whole = Math.round(seconds);
  const hours = two(Math.floor(whole / 3600));
  return `${hours}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

// The same to the minute, where a run of hours needs no seconds.
export function clock_short(seconds: Maybe<number>): string {
  if (!known(seconds) || span < 2 * 3600) return clock(seconds);
  return clock(Math.round(seconds / 60) * 60).slice(0, -3);
}

export function bytes(value: Maybe<number>): string {
  if (!known(value)) return none;
  const size = Math.abs(value);
  for (const [by, unit] of [
    [1e15, "PB"],
    [1e12, "TB"],
    [1e9, "GB"],
    [1e6, "MB"],
    [1e3, "kB"],
  ] as const) {
    if (size >= by) return `${significant(value / by, 3)}${thin}${unit}`;
  }
  return `${count(value)}${thin}B`;
}

export function share(value: Maybe<number>): string {
  if (!known(value)) return none;
  const percent = value * 100;
  // 99.96 % must not read as 100 %, nor a single failure as 0 %.
  const near = (percent > 99 && percent < 100) || (percent > 0 && percent < 1);
  const digits = near ? (percent > 99.9 || percent < 0.1 ? 3 : 2) : percent % 1 === 0 ? 0 : 1;
  return `${Number(percent.toFixed(digits))}${thin}%`;
}

export type Kind = "time" | "share" | "bytes" | "rate" | "plain";

export function kind_of(unit: Maybe<string>): Kind {
  switch ((unit ?? "").toLowerCase()) {
    case "s":
    case "seconds":
    case "second":
      return "time";
    case "ratio":
    case "fraction":
    case "share":
      return "share";
    case "bytes":
    case "byte":
    case "b":
      return "bytes";
    case "1/s":
    case "/s":
    case "per_s":
    case "rate":
      return "rate";
    default:
      return "plain";
  }
}

export function by_unit(value: Maybe<number>, unit: Maybe<string>): string {
  switch (kind_of(unit)) {
    case "time":
      return duration(value);
    case "share":
      return share(value);
    case "bytes":
      return bytes(value);
    case "rate":
      return known(value) ? `${about(value)}/s` : none;
    default:
      return about(value);
  }
}

// The unit that the journal gives a metric, whatever the labels: all of one metric share it.
export function unit_of_metric(journal: Journal, name: string): string {
  const plain = name.replace(/\{.*/, "");
  for (const [key, one] of Object.entries(journal.metrics ?? {})) {
    if (key.replace(/\{.*/, "") !== plain || typeof one !== "object") continue;
    if (one?.unit !== undefined) return one.unit;
  }
  return "";
}
