// What one looks up: every metric, every setting and its source, and how to repeat the run.

import { h, table } from "./dom";
import type { Child, Column } from "./dom";
import { by_unit, bytes, count, duration, kind_of } from "./format";
import type { Journal, Setting, Summary } from "./journal";

// A text field above a table that hides the rows without its words.
function filter(region: HTMLElement, label: string): HTMLElement {
  const rows = [...region.querySelectorAll("tbody tr")] as HTMLElement[];
  const found = h("span.found", { "aria-live": "polite" }, `${rows.length}`);
  const field = h("input", {
    type: "search",
    placeholder: label,
    "aria-label": label,
    spellcheck: "false",
  }) as HTMLInputElement;
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = (row.textContent ?? "").toLowerCase();
      const hit = words.every((word) => text.includes(word));
      row.hidden = !hit;
      shown += hit ? 1 : 0;
    }
    found.textContent = shown === rows.length ? `${shown}` : `${shown} of ${rows.length}`;
  });
  return h("div.filter", field, found);
}

const columns_of_metrics: (keyof Summary)[] = [
  "count",
  "value",
  "rate",
  "mean",
  "min",
  "p50",
  "p90",
  "p95",
  "p99",
  "p999",
  "max",
];

export function metrics_section(journal: Journal): HTMLElement | undefined {
  const entries = Object.entries(journal.metrics ?? {});
  if (entries.length === 0) return undefined;
  const as_summary = (value: Summary | number): Summary =>
    typeof value === "number" ? { value } : (value ?? {});
  const used = columns_of_metrics.filter((column) =>
    entries.some(([, value]) => typeof as_summary(value)[column] === "number"),
  );
  const cell = (summary: Summary, column: keyof Summary): Child => {
    const value = summary[column];
    if (typeof value !== "number") return "";
    if (column === "count") return count(value);
    if (column === "rate") return by_unit(value, "1/s");
    return by_unit(value, summary.unit);
  };
  const rows = entries.map(([name, value]) => [
    name,
    ...used.map((column) => cell(as_summary(value), column)),
  ]);
  const columns: Column[] = [
    { head: "metric", kind: "mono" },
    ...used.map((head) => ({ head, kind: "num" as const })),
  ];
  const region = table("Every metric of the run", columns, rows);
  return h(
    "section",
    { id: "metrics" },
    h("h2", "Metrics"),
    h(
      "details.fold",
      h("summary", `all ${entries.length} metrics`),
      filter(region, "find a metric"),
      region,
    ),
  );
}

// What was set as 16 GiB must not read as 17.2 GB.
function size(value: number): string {
  for (const [by, unit] of [
    [2 ** 40, "TiB"],
    [2 ** 30, "GiB"],
    [2 ** 20, "MiB"],
    [2 ** 10, "KiB"],
  ] as const) {
    if (value >= by && value % by === 0) return `${count(value / by)}\u202f${unit}`;
  }
  return bytes(value);
}

function value_text(setting: Setting): string {
  const { value, unit } = setting;
  if (typeof value === "number") {
    const kind = kind_of(unit);
    if (kind === "time") return duration(value);
    if (kind === "bytes") return size(value);
    if (unit === "bytes/s" || unit === "B/s") return `${bytes(value)}/s`;
    if (kind !== "plain") return by_unit(value, unit);
    return `${count(value)}${unit ? ` ${unit}` : ""}`;
  }
  if (value === null || value === undefined) return "";
  return typeof value === "object"
    ? JSON.stringify(value)
    : `${String(value)}${unit ? ` ${unit}` : ""}`;
}

function is_default(setting: Setting): boolean {
  return !setting.from || /^default/i.test(setting.from);
}

export function settings_section(journal: Journal): HTMLElement | undefined {
  const settings = journal.settings ?? [];
  if (settings.length === 0) return undefined;
  const ordered = [...settings].sort((a, b) => Number(is_default(a)) - Number(is_default(b)));
  const rows = ordered.map((one) => [one.path ?? "?", value_text(one), one.from ?? ""]);
  const columns: Column[] = [
    { head: "setting", kind: "mono" },
    { head: "value" },
    { head: "from" },
  ];
  const region = table("Settings and where each came from", columns, rows);
  region.classList.add("settings");
  region
    .querySelectorAll("tbody tr")
    .forEach((row, i) => row.classList.toggle("default", is_default(ordered[i])));
  const set = settings.filter((one) => !is_default(one)).length;
  return h(
    "section",
    { id: "settings" },
    h("h2", "Settings"),
    h(
      "details.fold",
      h("summary", `${settings.length} settings, ${set} of them not the default`),
      filter(region, "find a setting, a value or a source"),
      region,
    ),
  );
}

// Older browsers and pages opened from disk may lack the clipboard, so a selection stands in.
async function copy(text: string, code: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const range = document.createRange();
    range.selectNodeContents(code);
    const selection = window.getSelection();
    selection?.removeAllRanges();
    selection?.addRange(range);
    return document.execCommand("copy");
  }
}

export function repeat_section(journal: Journal): HTMLElement | undefined {
  if (!journal.repro) return undefined;
  const command = journal.repro;
  const code = h("code", command);
  const button = h(
    "button",
    {
      type: "button",
      click: async () => {
        const done = await copy(command, code);
        button.textContent = done ? "copied" : "selected";
        setTimeout(() => (button.textContent = "copy"), 1600);
      },
    },
    "copy",
  );
  const same = journal.fingerprint
    ? journal.world === "live"
      ? ["Of what was observed, which another run will not repeat: ", h("code", journal.fingerprint), "."]
      : ["The same build gives the same fingerprint: ", h("code", journal.fingerprint), "."]
    : [];
  return h(
    "section",
    { id: "repeat" },
    h("h2", "Repeat this run"),
    h("div.repro", h("pre", code), button),
    h("p.note", same),
  );
}
