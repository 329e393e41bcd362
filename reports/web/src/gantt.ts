// The job Gantt: for the worst jobs and a sample, the wait, the attempts of their tasks and how each
// attempt ended. Times run from a job's acceptance, or by the clock of the run.

import { draw, fault_shades, font, grid, replace, time_axis } from "./charts";
import type { Chart, Option } from "./charts";
import { h, table } from "./dom";
import { clock, duration } from "./format";
import { windows_of } from "./journal";
import type { Attempt, GanttJob, Journal } from "./journal";

const lane_height = 9;
const most_lanes = 14;
const gap = 16;
const label_width = 172;
const plot_top = 14;

interface Placed {
  attempt: Attempt;
  lane: number;
}

interface Block {
  job: GanttJob;
  origin: number;
  end: number;
  placed: Placed[];
  hidden: number;
  top: number;
  height: number;
}

type Outcome = "done" | "failed" | "killed" | "running";

function outcome_of(attempt: Attempt): Outcome {
  const text = (attempt.outcome ?? "").toLowerCase();
  if (text === "" || /running|unfinished/.test(text)) return "running";
  if (/^(ok|done|succeeded|success|committed|finished)/.test(text)) return "done";
  if (/^(killed|cancel|superseded|speculat)/.test(text)) return "killed";
  return "failed";
}

const fills: Record<Outcome, string> = { done: "var(--g-done)", failed: "var(--g-failed)", killed: "var(--g-killed)", running: "var(--g-running)" };

function known(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

// Attempts that overlap in time go to lanes of their own, first fit.
function pack(attempts: Attempt[], end: number): { placed: Placed[]; hidden: number } {
  const ends: number[] = [];
  const placed: Placed[] = [];
  let hidden = 0;
  // A failed attempt is what one looks for, so it is placed first.
  const failed = (one: Attempt) => (outcome_of(one) === "failed" ? 0 : 1);
  const sorted = attempts.filter((one) => known(one.from)).sort((a, b) => a.from - b.from);
  const busy = sorted.length > 200 ? [...sorted].sort((a, b) => failed(a) - failed(b)).slice(0, 200).sort((a, b) => a.from - b.from) : sorted;
  hidden += sorted.length - busy.length;
  for (const attempt of busy) {
    let lane = ends.findIndex((one) => one <= attempt.from);
    if (lane < 0) lane = ends.length;
    if (lane >= most_lanes) {
      hidden += 1;
      continue;
    }
    ends[lane] = attempt.to ?? end;
    placed.push({ attempt, lane });
  }
  return { placed, hidden };
}

function blocks_of(journal: Journal): Block[] {
  let top = 0;
  return (journal.gantt ?? []).map((job) => {
    const attempts = job.attempts ?? [];
    const starts = [job.accepted, job.started, ...attempts.map((one) => one.from)].filter(known);
    const origin = known(job.accepted) ? job.accepted : starts.length > 0 ? Math.min(...starts) : 0;
    const ends = [job.finished, ...attempts.map((one) => one.to)].filter(known);
    const open = !known(job.finished) && journal.virtual_s !== undefined ? [Math.min(journal.virtual_s, Math.max(origin, ...ends) + 600)] : [];
    const end = Math.max(origin + 1, ...ends, ...open);
    const { placed, hidden } = pack(attempts, end);
    const lanes = placed.reduce((most, one) => Math.max(most, one.lane + 1), 0);
    const block = { job, origin, end, placed, hidden, top, height: Math.max(30, 10 + lanes * lane_height) };
    top += block.height + gap;
    return block;
  });
}

function late_text(job: GanttJob): string {
  if (typeof job.late === "number") return job.late > 0 ? `${duration(job.late)} late` : "on time";
  if (job.late === true) return "late";
  return job.late === false ? "on time" : "";
}

function label_items(block: Block, x: number, y: number): Option[] {
  const { job } = block;
  const second = [job.priority, late_text(job), job.terminal ? undefined : "unfinished"].filter(Boolean).join(" \u00b7 ");
  const third = block.height > 40 ? [String(job.job ?? ""), block.hidden ? `${block.hidden} more attempts` : ""].filter(Boolean).join(" \u00b7 ") : "";
  const text = (value: string, dy: number, fill: string, weight: number, size = 11) => ({
    type: "text",
    x,
    y: y + dy,
    style: { text: value, fill, fontSize: size, fontWeight: weight, fontFamily: font, width: label_width - 14, overflow: "truncate" },
  });
  return [text(job.output ?? String(job.job ?? "job"), 0, "var(--ink)", 600, 12), text(second, 15, late_text(job).endsWith("late") || !job.terminal ? "var(--bad)" : "var(--soft)", 400), text(third, 29, "var(--soft)", 400)];
}

// A bar, clipped to the plot; an end that fell outside has no end mark.
function bar(x0: number, x1: number, y: number, height: number, fill: string, area: Option): Option | undefined {
  const a = Math.max(x0, area.x);
  const b = Math.min(x1, area.x + area.width);
  if (b < area.x || a > area.x + area.width) return undefined;
  return { type: "rect", shape: { x: a, y, width: Math.max(1.2, b - a), height }, style: { fill } };
}

function attempt_items(placed: Placed, block: Block, px: (t: number) => number, y: number, area: Option): (Option | undefined)[] {
  const { attempt, lane } = placed;
  const outcome = outcome_of(attempt);
  const upper = y + 8 + lane * lane_height;
  const [x0, x1] = [px(attempt.from), px(attempt.to ?? block.end)];
  const items = [bar(x0, x1, upper, lane_height - 2, fills[outcome], area)];
  const inside = x1 <= area.x + area.width && x1 >= area.x;
  // Not by colour alone: a failed attempt ends in a cross, a killed one in a bar.
  const middle = upper + (lane_height - 2) / 2;
  if (outcome === "failed" && inside) {
    const d = `M${x1 - 3} ${middle - 3}L${x1 + 3} ${middle + 3}M${x1 - 3} ${middle + 3}L${x1 + 3} ${middle - 3}`;
    items.push({ type: "path", shape: { pathData: d }, style: { fill: "none", stroke: "var(--ink)", lineWidth: 1.6 } });
  }
  if (outcome === "killed" && inside) {
    items.push({ type: "rect", shape: { x: x1, y: upper - 1, width: 2, height: lane_height }, style: { fill: "var(--ink)" } });
  }
  if (attempt.stage && x1 - x0 > attempt.stage.length * 5.5 + 26 && x0 >= area.x && inside) {
    const label = attempt.attempt && attempt.attempt > 1 ? `${attempt.stage} \u00d7${attempt.attempt}` : attempt.stage;
    items.push({ type: "text", x: x0 + 3, y: middle, style: { text: label, fill: "var(--g-text)", fontSize: 8.5, verticalAlign: "middle" } });
  }
  return items;
}

function block_items(block: Block, shift: number, api: Option, area: Option): Option[] {
  const px = (t: number) => api.coord([t - shift, 0])[0];
  const y = area.y + block.top;
  const { job } = block;
  const accepted = known(job.accepted) ? job.accepted : block.origin;
  const started = known(job.started) ? job.started : accepted;
  const ends = known(job.finished) ? job.finished : block.end;
  return [
    ...label_items(block, area.x - label_width, y),
    bar(px(accepted), px(started), y + 1.5, 3, "var(--g-wait)", area),
    bar(px(started), px(ends), y + 1.5, 3, known(job.finished) ? "var(--g-job)" : "var(--g-running)", area),
    ...block.placed.flatMap((one) => attempt_items(one, block, px, y, area)),
  ].filter(Boolean);
}

function attempt_tip(block: Block, attempt: Attempt): HTMLElement {
  const lasted = known(attempt.to) ? duration(attempt.to - attempt.from) : "not ended";
  return h(
    "div.tip",
    h("strong", `${attempt.stage ?? "task"} ${attempt.task ?? ""}, attempt ${attempt.attempt ?? 1}`),
    h("div", `${attempt.outcome ?? "running"} on ${attempt.node ?? "?"}`),
    h("div", `${clock(attempt.from)} to ${clock(attempt.to)} (${lasted})`),
    h("div", `+${duration(attempt.from - block.origin)} after acceptance`),
  );
}

function gantt_option(blocks: Block[], journal: Journal, aligned: boolean): Option {
  const from = aligned ? 0 : Math.min(...blocks.map((block) => block.origin));
  const to = Math.max(...blocks.map((block) => (aligned ? block.end - block.origin : block.end)));
  const margin = (to - from) * 0.01;
  const shift = (block: Block) => (aligned ? block.origin : 0);
  const axis = time_axis(aligned ? 0 : from - margin, to + margin, 8, true);
  const elapsed = { ...axis.axisLabel, formatter: (value: number) => (value === 0 ? "accepted" : `+${duration(value)}`) };
  return {
    grid: grid({ left: label_width, right: 22, top: plot_top, bottom: 22 }),
    xAxis: { ...axis, axisLabel: aligned ? elapsed : axis.axisLabel },
    yAxis: { type: "value", show: false, min: 0, max: 1 },
    series: [
      {
        type: "custom",
        silent: true,
        data: blocks.map((block) => [block.origin - shift(block), 0, block.end - shift(block)]),
        encode: { x: [0, 2], y: 1 },
        renderItem: (params: Option, api: Option) => {
          const block = blocks[params.dataIndex];
          return { type: "group", $mergeChildren: false, children: block_items(block, shift(block), api, params.coordSys) };
        },
        markArea: aligned ? undefined : fault_shades(windows_of(journal), from - margin, to + margin),
      },
    ],
  };
}

// The clock shows jobs of one hour well; jobs spread over a day need a common start.
function prefers_aligned(blocks: Block[]): boolean {
  const span = Math.max(...blocks.map((block) => block.end)) - Math.min(...blocks.map((block) => block.origin));
  const longest = Math.max(...blocks.map((block) => block.end - block.origin));
  return span > 2.5 * longest;
}

function attempts_table(blocks: Block[]): HTMLElement {
  const details = h("details.figures", h("summary", "These attempts as a table"));
  details.addEventListener("toggle", () => {
    if (details.children.length > 1) return;
    const rows = blocks.flatMap((block) =>
      (block.job.attempts ?? []).map((one) => [
        block.job.output ?? block.job.job, one.stage, one.task, one.attempt, one.node, clock(one.from),
        known(one.to) ? duration(one.to - one.from) : "", one.outcome,
      ]),
    );
    const heads = ["output", "stage", "task", "attempt", "node", "from", "lasted", "outcome"];
    const columns = heads.map((head, i) => ({ head, kind: (i === 0 || i > 3 && i < 6 ? "mono" : undefined) as "mono" | undefined }));
    details.append(table("Task attempts", columns, rows.slice(0, 1000)));
  });
  return details;
}

function key(): HTMLElement {
  const entry = (name: string, text: string) => h("li", h(`span.bar.${name}`), text);
  return h("ul.gantt-key", entry("wait", "waits"), entry("done", "attempt that counted"), entry("failed", "failed \u2717"), entry("killed", "killed |"), entry("running", "still running"));
}

// Finds what is under the pointer by the layout itself: the bars are silent shapes.
function hover(blocks: Block[], element: HTMLElement, chart: () => Chart | undefined, aligned: () => boolean): void {
  const tip = h("div.floating", { hidden: true });
  element.append(tip);
  element.addEventListener("pointermove", (event) => {
    const box = element.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top - plot_top];
    const t = chart()?.convertFromPixel({ xAxisIndex: 0 }, x);
    const block = blocks.find((one) => y >= one.top && y <= one.top + one.height);
    const lane = block ? Math.floor((y - block.top - 8) / lane_height) : -1;
    const now = typeof t === "number" && block ? t + (aligned() ? block.origin : 0) : Number.NaN;
    const hit = block?.placed.find((one) => one.lane === lane && one.attempt.from <= now && now <= (one.attempt.to ?? block.end));
    tip.toggleAttribute("hidden", !hit);
    if (!hit || !block) return;
    tip.replaceChildren(attempt_tip(block, hit.attempt));
    tip.style.left = `${Math.min(x + 12, box.width - 220)}px`;
    tip.style.top = `${y + plot_top + 14}px`;
  });
  element.addEventListener("pointerleave", () => tip.toggleAttribute("hidden", true));
}

export function gantt_section(journal: Journal, later: (() => void)[]): HTMLElement | undefined {
  const blocks = blocks_of(journal);
  if (blocks.length === 0) return undefined;
  let aligned = prefers_aligned(blocks);
  const height = blocks.reduce((sum, block) => Math.max(sum, block.top + block.height), 0) + plot_top + 32;
  const names = blocks.map((block) => block.job.output ?? block.job.job).join(", ");
  const element = h("div.chart.gantt", { style: `height:${height}px`, role: "img", "aria-label": `Jobs and their task attempts: ${names}` });
  let chart: Chart | undefined;
  const choice = (text: string, value: boolean) =>
    h("button", { type: "button", "aria-pressed": String(aligned === value), click: (event: Event) => {
      aligned = value;
      (event.currentTarget as HTMLElement).parentElement?.querySelectorAll("button").forEach((one) => one.setAttribute("aria-pressed", String(one === event.currentTarget)));
      if (chart) replace(chart, gantt_option(blocks, journal, aligned));
    } }, text);
  later.push(() => {
    chart = draw(element, gantt_option(blocks, journal, aligned));
    hover(blocks, element, () => chart, () => aligned);
    window.addEventListener("report-resized", () => chart && replace(chart, gantt_option(blocks, journal, aligned)));
  });
  return h(
    "section",
    { id: "jobs" },
    h("h2", "Jobs and their attempts"),
    h("p.note", "The worst outputs and a sample; one bar a task attempt, stacked where they run side by side."),
    h("div.zooms", { role: "group", "aria-label": "time axis of the jobs" }, choice("from acceptance", true), choice("by the clock", false)),
    key(),
    h("figure.plain", element),
    attempts_table(blocks),
  );
}
