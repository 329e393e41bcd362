// The job Gantt: for the worst jobs and a sample, the wait, the attempts of their tasks and how
// each attempt ended. Times run from a job's acceptance, or by the clock of the run.

import { draw, fault_shades, grid, replace, time_axis } from "./charts";
import type { Chart, Option } from "./charts";
import { h, table } from "./dom";
import { clock, duration } from "./format";
import { block_items, label_width } from "./gantt_bars";
import { blocks_of, known, lane_height } from "./gantt_layout";
import type { Block } from "./gantt_layout";
import { windows_of } from "./journal";
import type { Attempt, Journal } from "./journal";

const most_rows = 1000;
const plot_top = 14;

function attempt_tip(block: Block, attempt: Attempt): HTMLElement {
  const lasted = known(attempt.to) ? duration(attempt.to - attempt.from) : "not ended";
  return h(
    "div.tip",
    h(
      "strong",
      `${attempt.stage ?? "task"} ${attempt.task ?? ""}, attempt ${attempt.attempt ?? 1}`,
    ),
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
  const elapsed = {
    ...axis.axisLabel,
    formatter: (value: number) => (value === 0 ? "accepted" : `+${duration(value)}`),
  };
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
          return {
            type: "group",
            $mergeChildren: false,
            children: block_items(block, shift(block), api, params.coordSys),
          };
        },
        markArea: aligned
          ? undefined
          : fault_shades(windows_of(journal), from - margin, to + margin),
      },
    ],
  };
}

// The clock shows jobs of one hour well; jobs spread over a day need a common start.
function prefers_aligned(blocks: Block[]): boolean {
  const span =
    Math.max(...blocks.map((block) => block.end)) -
    Math.min(...blocks.map((block) => block.origin));
  const longest = Math.max(...blocks.map((block) => block.end - block.origin));
  return span > 2.5 * longest;
}

function attempts_table(blocks: Block[]): HTMLElement {
  const details = h("details.figures", h("summary", "These attempts as a table"));
  details.addEventListener("toggle", () => {
    if (details.children.length > 1) return;
    const rows = blocks.flatMap((block) =>
      (block.job.attempts ?? []).map((one) => [
        block.job.output ?? block.job.job,
        one.stage,
        one.task,
        one.attempt,
        one.node,
        clock(one.from),
        known(one.to) ? duration(one.to - one.from) : "",
        one.outcome,
      ]),
    );
    const heads = ["output", "stage", "task", "attempt", "node", "from", "lasted", "outcome"];
    const columns = heads.map((head, i) => ({
      head,
      kind: (i === 0 || (i > 3 && i < 6) ? "mono" : undefined) as "mono" | undefined,
    }));
    if (rows.length > most_rows)
      details.append(h("p.note", `The first ${most_rows} of ${rows.length}.`));
    details.append(table("Task attempts", columns, rows.slice(0, most_rows)));
  });
  return details;
}

function key(): HTMLElement {
  const entry = (name: string, text: string) => h("li", h(`span.bar.${name}`), text);
  return h(
    "ul.gantt-key",
    entry("wait", "waits"),
    entry("done", "attempt that counted"),
    entry("failed", "failed \u2717"),
    entry("killed", "killed |"),
    entry("running", "still running"),
  );
}

// Finds what is under the pointer by the layout itself: the bars are silent shapes.
function hover(
  blocks: Block[],
  element: HTMLElement,
  chart: () => Chart | undefined,
  aligned: () => boolean,
): void {
  const tip = h("div.floating", { hidden: true });
  element.append(tip);
  element.addEventListener("pointermove", (event) => {
    const box = element.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top - plot_top];
    const t = chart()?.convertFromPixel({ xAxisIndex: 0 }, x);
    const block = blocks.find((one) => y >= one.top && y <= one.top + one.height);
    const lane = block ? Math.floor((y - block.top - 8) / lane_height) : -1;
    const now = typeof t === "number" && block ? t + (aligned() ? block.origin : 0) : Number.NaN;
    const hit = block?.placed.find(
      (one) => one.lane === lane && one.attempt.from <= now && now <= (one.attempt.to ?? block.end),
    );
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
  const height =
    blocks.reduce((sum, block) => Math.max(sum, block.top + block.height), 0) + plot_top + 32;
  const names = blocks.map((block) => block.job.output ?? block.job.job).join(", ");
  const element = h("div.chart.gantt", {
    style: `height:${height}px`,
    role: "img",
    "aria-label": `Jobs and their task attempts: ${names}`,
  });
  let chart: Chart | undefined;
  const choice = (text: string, value: boolean) =>
    h(
      "button",
      {
        type: "button",
        "aria-pressed": String(aligned === value),
        click: (event: Event) => {
          aligned = value;
          (event.currentTarget as HTMLElement).parentElement
            ?.querySelectorAll("button")
            .forEach((one) =>
              one.setAttribute("aria-pressed", String(one === event.currentTarget)),
            );
          if (chart) replace(chart, gantt_option(blocks, journal, aligned));
        },
      },
      text,
    );
  later.push(() => {
    chart = draw(element, gantt_option(blocks, journal, aligned));
    hover(
      blocks,
      element,
      () => chart,
      () => aligned,
    );
    window.addEventListener(
      "report-resized",
      () => chart && replace(chart, gantt_option(blocks, journal, aligned)),
    );
  });
  return h(
    "section",
    { id: "jobs" },
    h("h2", "Jobs and their attempts"),
    h(
      "p.note",
      "The worst outputs and a sample. One bar a task attempt, stacked where they run together.",
    ),
    h(
      "div.zooms",
      { role: "group", "aria-label": "time axis of the jobs" },
      choice("from acceptance", true),
      choice("by the clock", false),
    ),
    key(),
    h("figure.plain", element),
    attempts_table(blocks),
  );
}
