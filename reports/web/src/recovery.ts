// Will it recover by itself? One row a fault: before, during, after, and how long it took.

import { badge, h, mark, s, table } from "./dom";
import type { Child, State } from "./dom";
import { clock, clock_short, count, duration, share } from "./format";
import { fault_name, instants, windows_of } from "./journal";
import type { Fault, Journal, Levels, Maybe, Window } from "./journal";

const states: Record<string, State> = {
  recovers: "good",
  recovered: "good",
  slow: "unsure",
  stuck: "bad",
};

export function recovery_answer(journal: Journal): string {
  const faults = journal.faults ?? [];
  const stuck = faults.filter((fault) => fault.recovery?.verdict === "stuck").map(fault_name);
  const slow = faults.filter((fault) => fault.recovery?.verdict === "slow").map(fault_name);
  const judged = faults.filter((fault) => fault.recovery?.verdict).length;
  const overall = journal.recovery?.verdict;
  if (stuck.length > 0)
    return `no: stuck after ${stuck.join(", ")}; the cause is gone, the damage stays`;
  if (overall === "stuck") return "no: the damage stays";
  if (judged === 0 && !overall)
    return faults.length > 0 ? "not known: no fault was judged" : "not asked: no fault was planned";
  if (slow.length > 0) return `yes, but slowly after ${slow.join(", ")}`;
  if (overall === "slow") return "yes, but slowly";
  if (judged < faults.length)
    return `yes, after the ${judged} of ${faults.length} faults that were judged`;
  if (faults.length === 0) return "yes";
  return faults.length === 1 ? "yes" : `yes, after all ${faults.length} faults`;
}

// A small curve of freshness around the window, so that the three figures have a shape.
// All faults share one scale, or a quiet one would look as wild as the worst.
interface Shape {
  name: string;
  from: number;
  to: number;
  window: Window;
  points: [number, number][];
}

function shape_of(journal: Journal, index: number): Shape | undefined {
  const window = windows_of(journal).find((one) => one.number === index + 1);
  const tracks = journal.series?.tracks ?? {};
  const name = ["freshness.p99", "freshness.p50", "api.latency.p99"].find((one) => tracks[one]);
  if (!window || !name || !journal.series) return undefined;
  const at = instants(journal.series);
  const values = tracks[name].values ?? [];
  const last = at[at.length - 1];
  const margin = Math.max(
    window.to - window.from,
    journal.faults?.[index].recovery?.after_s ?? 0,
    8 * ((at[1] ?? 1) - at[0]),
  );
  const from = Math.max(at[0], window.from - margin);
  const to = Math.min(last, window.to + margin * 1.6);
  const points = at
    .map((t, k) => [t, values[k]] as [number, Maybe<number>])
    .filter(
      (point): point is [number, number] =>
        point[0] >= from && point[0] <= to && typeof point[1] === "number",
    );
  return points.length < 3 || to <= from ? undefined : { name, from, to, window, points };
}

function spark(shape: Shape | undefined, top: number): Child {
  if (!shape) return "";
  const { name, from, to, window, points } = shape;
  const [width, height] = [118, 28];
  const x = (t: number) => ((t - from) / (to - from)) * width;
  const y = (value: number) => height - 2 - (value / top) * (height - 5);
  const d = points
    .map((point, k) => `${k ? "L" : "M"}${x(point[0]).toFixed(1)} ${y(point[1]).toFixed(1)}`)
    .join("");
  const label = `${name} from ${clock(from)} to ${clock(to)}, highest ${duration(highest(shape))}`;
  return s(
    "svg",
    {
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      class: "spark",
      role: "img",
      "aria-label": label,
    },
    s("title", {}, label),
    s("rect", {
      x: x(window.from),
      y: 0,
      width: Math.max(1.5, x(window.to) - x(window.from)),
      height,
      class: "shade",
    }),
    s("line", { x1: 0, x2: width, y1: height - 2, y2: height - 2, class: "floor" }),
    s("path", { d }),
  ) as unknown as HTMLElement;
}

function highest(shape: Shape | undefined): number {
  return shape ? Math.max(...shape.points.map((point) => point[1])) : 0;
}

// Three levels of one measure in three cells; those that nobody wrote are dashes.
function levels(fault: Fault, key: keyof Levels, text: (value: Maybe<number>) => string): Child[] {
  const [before, during, after] = [fault.before?.[key], fault.during?.[key], fault.after?.[key]];
  const worse =
    typeof before === "number" && typeof during === "number" && during > before * 1.2 + 1e-9;
  return [text(before), worse ? h("strong", text(during)) : text(during), text(after)];
}

function verdict_cell(fault: Fault): Child {
  const verdict = fault.recovery?.verdict;
  if (!verdict) return mark("off", "not judged");
  return mark(states[verdict] ?? "unsure", verdict);
}

function row(
  journal: Journal,
  fault: Fault,
  index: number,
  shapes: (Shape | undefined)[],
): Child[] {
  const window = windows_of(journal).find((one) => one.number === index + 1);
  const after = fault.recovery?.after_s;
  const lasted = window ? duration(window.to - window.from) : "";
  return [
    badge(index + 1),
    [
      h("strong", fault_name(fault)),
      fault.target && fault.target !== fault_name(fault)
        ? h("span.target", fault.target)
        : undefined,
    ],
    window ? [clock_short(window.from), h("small", lasted)] : "never began",
    [count(fault.touched), fault.fired === 0 ? h("small", "never fired") : undefined],
    ...levels(fault, "freshness_p99", duration),
    ...levels(fault, "error_rate", share),
    ...levels(fault, "oldest_age", duration),
    spark(shapes[index], Math.max(...shapes.map(highest)) || 1),
    [verdict_cell(fault), h("small.back", typeof after === "number" ? duration(after) : "")],
  ];
}

const freshness_counts =
  "before: what became ready before the fault began; " +
  "during: what was under way while it was active, however late it became ready; " +
  "after: what arrived once the run was back";

function fault_table(journal: Journal): HTMLElement {
  const leaf = ["before", "during", "after"];
  const heads: Child[] = [
    "",
    "fault",
    "window",
    "touched",
    ...leaf,
    ...leaf,
    ...leaf,
    "shape",
    "back after",
  ];
  const kinds = [
    "num",
    "",
    "mono",
    "num",
    "num",
    "num",
    "num",
    "num",
    "num",
    "num",
    "num",
    "num",
    "num",
    "",
    "back",
  ];
  const shapes = (journal.faults ?? []).map((_, index) => shape_of(journal, index));
  const rows = (journal.faults ?? []).map((fault, index) => row(journal, fault, index, shapes));
  const columns = heads.map((head, i) => ({
    head,
    kind: (kinds[i] || undefined) as "num" | undefined,
  }));
  const region = table("Each fault: before, during and after it, and its recovery", columns, rows);
  region.classList.add("faults");
  const group = (text: string, span: number, title?: string) =>
    h("th.group", { colspan: span, scope: "colgroup", title }, text);
  const groups = h(
    "tr.groups",
    h("td", { colspan: 4 }),
    group("freshness p99", 3, freshness_counts),
    group("errors", 3, "of the answers that came in that time"),
    group("oldest unfinished", 3, "the oldest work at any moment of that time"),
    h("td", { colspan: 2 }),
  );
  region.querySelector("thead")?.prepend(groups);
  return region;
}

export function recovery_section(journal: Journal): HTMLElement {
  const faults = journal.faults ?? [];
  return h(
    "section",
    { id: "recovery" },
    h("h2", "Will it recover by itself?"),
    h("p.answer", recovery_answer(journal)),
    faults.length > 0 && fault_table(journal),
    faults.length > 0 &&
      h(
        "p.note",
        `Freshness counts with the work, ${freshness_counts}. ` +
          "Errors and the oldest work count when they were seen.",
      ),
  );
}
