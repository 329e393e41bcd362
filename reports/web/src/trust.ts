// Can we trust the output? How many outputs answer yes, and which were worst and why.

import { draw, time_axis, axis_label, rule, palette, fault_shades, grid } from "./charts";
import { h, table } from "./dom";
import type { Child } from "./dom";
import { clock, count, duration, share } from "./format";
import { instants, windows_of } from "./journal";
import type { Journal, Trust, Worst } from "./journal";

const parts: { key: keyof Trust; label: string; hint: string }[] = [
  { key: "trusted", label: "trusted", hint: "answered \u201cyes\u201d in time, and right" },
  {
    key: "late",
    label: "late",
    hint: "right, but past its freshness window; answered \u201cno\u201d until then",
  },
  { key: "unknown", label: "unknown", hint: "cannot be judged, and says so" },
  { key: "wrong", label: "wrong", hint: "not what its inputs make" },
];

function number(trust: Trust, key: keyof Trust): number {
  const value = trust[key];
  return typeof value === "number" ? value : 0;
}

export function trust_answer(trust: Trust | undefined): string {
  if (!trust || !trust.outputs) return "not known: no output was judged";
  const falsely = number(trust, "falsely_trusted");
  const some = `${count(trust.trusted)} of ${count(trust.outputs)}`;
  if (falsely > 0) {
    const verb = falsely === 1 ? "output is trusted and wrong" : "outputs are trusted and wrong";
    return `no: ${count(falsely)} ${verb}; ${some} trusted`;
  }
  if (!trust.trusted) return `no: none of ${count(trust.outputs)}; falsely trusted 0`;
  const whole = trust.outputs === trust.trusted;
  const all = whole ? `yes, all ${count(trust.outputs)}` : `yes for ${some}`;
  return `${all}; falsely trusted ${count(falsely)}`;
}

// Each part gets its share, but never so little that a lone wrong output cannot be seen.
function share_bar(trust: Trust): HTMLElement {
  const present = parts.filter((part) => number(trust, part.key) > 0);
  const text = present.map((part) => `${count(number(trust, part.key))} ${part.label}`).join(", ");
  return h(
    "div.sharebar",
    { role: "img", "aria-label": `Outputs: ${text}` },
    present.map((part) => h(`span.${part.key}`, { style: `flex: ${number(trust, part.key)} 1 0` })),
  );
}

function tally(trust: Trust): HTMLElement {
  const outputs = trust.outputs ?? 0;
  const cell = (key: string, label: string, value: Child, hint: string) =>
    h(`div.${key}`, h("dt", h("span.swatch"), label), h("dd", value), h("dd.hint", hint));
  const cells = parts
    .filter((part) => trust[part.key] !== undefined)
    .map((part) => {
      const value = number(trust, part.key);
      const portion = outputs > 0 && value > 0 ? h("small", share(value / outputs)) : undefined;
      return cell(part.key, part.label, [count(value), portion], part.hint);
    });
  if (trust.falsely_trusted !== undefined) {
    const falsely = number(trust, "falsely_trusted");
    cells.push(
      cell(
        falsely > 0 ? "falsely bad" : "falsely",
        "falsely trusted",
        count(falsely),
        "answered \u201cyes\u201d and were wrong: the one that must be 0",
      ),
    );
  }
  return h("dl.tally", cells);
}

function worst_row(one: Worst): Child[] {
  const lasted =
    typeof one.from === "number" && typeof one.until === "number"
      ? duration(one.until - one.from)
      : undefined;
  const until = typeof one.until === "number" ? clock(one.until) : "the end";
  const why = Array.isArray(one.why) ? one.why.join("; ") : (one.why ?? "");
  return [
    `${one.entity_id ?? "?"}/${one.data_version ?? "?"}`,
    `${clock(one.from)} to ${until}`,
    lasted ?? "not healed",
    why,
  ];
}

function over_time(journal: Journal, into: HTMLElement): (() => void) | undefined {
  const series = journal.trust?.counts_over_time;
  const at = series ? instants(series) : [];
  const tracks = Object.entries(series?.tracks ?? {});
  if (at.length < 2 || tracks.length === 0) return undefined;
  const element = h("div.chart", {
    role: "img",
    "aria-label": "Outputs answered no or unknown, over time",
    style: "height:90px",
  });
  const key = h(
    "p.key",
    "answers over time: ",
    tracks.map(([name], i) => [h("span.swatch", { style: `--c:${palette[i % 6]}` }), `${name} `]),
  );
  into.append(h("figure.plain", key, element));
  return () => {
    draw(element, {
      grid: grid({ left: 56, right: 30, top: 14, bottom: 20 }),
      xAxis: time_axis(at[0], at[at.length - 1], 8, true),
      yAxis: { type: "value", splitNumber: 2, axisLabel: axis_label, splitLine: rule },
      series: tracks.map(([name, track], i) => ({
        name,
        type: "line",
        step: "end",
        showSymbol: false,
        silent: true,
        lineStyle: { width: 1.25, color: palette[i % 6] },
        areaStyle: { color: palette[i % 6], opacity: 0.15 },
        data: at.map((t, k) => [t, track.values?.[k] ?? null]),
        markArea: i === 0 ? fault_shades(windows_of(journal), at[0], at[at.length - 1]) : undefined,
      })),
    });
  };
}

export function trust_section(journal: Journal, later: (() => void)[]): HTMLElement {
  const trust = journal.trust;
  const body = h("div");
  if (trust) {
    if (trust.outputs) body.append(share_bar(trust));
    body.append(tally(trust));
    const drawing = over_time(journal, body);
    if (drawing) later.push(drawing);
    const worst = trust.worst ?? [];
    if (worst.length > 0) {
      body.append(h("h3", "Worst outputs"));
      const columns = [
        { head: "output", kind: "mono" as const },
        { head: "not to be trusted", kind: "mono" as const },
        { head: "for", kind: "num" as const },
        { head: "why" },
      ];
      const region = table(
        "The outputs that were longest not to be trusted",
        columns,
        worst.map(worst_row),
      );
      region.classList.add("worst");
      body.append(region);
    }
  }
  return h(
    "section",
    { id: "trust" },
    h("h2", "Can we trust the output?"),
    h("p.answer", trust_answer(trust)),
    body,
  );
}
