// The shapes of the Gantt: a job's labels, its wait and its run, and a bar an attempt.

import { font } from "./charts";
import type { Option } from "./charts";
import { duration } from "./format";
import { known, lane_height, outcome_of } from "./gantt_layout";
import type { Block, Outcome, Placed } from "./gantt_layout";
import type { GanttJob } from "./journal";

export const label_width = 172;

const fills: Record<Outcome, string> = {
  done: "var(--g-done)",
  failed: "var(--g-failed)",
  killed: "var(--g-killed)",
  running: "var(--g-running)",
};

function late_text(job: GanttJob): string {
  if (typeof job.late === "number") return job.late > 0 ? `${duration(job.late)} late` : "on time";
  if (job.late === true) return "late";
  return job.late === false ? "on time" : "";
}

function label_items(block: Block, x: number, y: number): Option[] {
  const { job } = block;
  const second = [job.priority, late_text(job), job.terminal ? undefined : "unfinished"]
    .filter(Boolean)
    .join(" \u00b7 ");
  const third =
    block.height > 40
      ? [String(job.job ?? ""), block.hidden ? `${block.hidden} more attempts` : ""]
          .filter(Boolean)
          .join(" \u00b7 ")
      : "";
  const text = (value: string, dy: number, fill: string, weight: number, size = 11) => ({
    type: "text",
    x,
    y: y + dy,
    style: {
      text: value,
      fill,
      fontSize: size,
      fontWeight: weight,
      fontFamily: font,
      width: label_width - 14,
      overflow: "truncate",
    },
  });
  return [
    text(job.output ?? String(job.job ?? "job"), 0, "var(--ink)", 600, 12),
    text(
      second,
      15,
      late_text(job).endsWith("late") || !job.terminal ? "var(--bad)" : "var(--soft)",
      400,
    ),
    text(third, 29, "var(--soft)", 400),
  ];
}

// A bar, clipped to the plot; an end that fell outside has no end mark.
function bar(
  x0: number,
  x1: number,
  y: number,
  height: number,
  fill: string,
  area: Option,
): Option | undefined {
  const a = Math.max(x0, area.x);
  const b = Math.min(x1, area.x + area.width);
  if (b < area.x || a > area.x + area.width) return undefined;
  return { type: "rect", shape: { x: a, y, width: Math.max(1.2, b - a), height }, style: { fill } };
}

// Not by colour alone: a failed attempt ends in a cross, a killed one in a bar.
function end_mark(outcome: Outcome, x: number, upper: number): Option | undefined {
  const middle = upper + (lane_height - 2) / 2;
  const [a, b, c, d] = [x - 3, x + 3, middle - 3, middle + 3];
  if (outcome === "failed") {
    const style = { fill: "none", stroke: "var(--ink)", lineWidth: 1.6 };
    return { type: "path", shape: { pathData: `M${a} ${c}L${b} ${d}M${a} ${d}L${b} ${c}` }, style };
  }
  if (outcome === "killed") {
    const shape = { x, y: upper - 1, width: 2, height: lane_height };
    return { type: "rect", shape, style: { fill: "var(--ink)" } };
  }
  return undefined;
}

function attempt_items(
  placed: Placed,
  block: Block,
  px: (t: number) => number,
  y: number,
  area: Option,
): (Option | undefined)[] {
  const { attempt, lane } = placed;
  const outcome = outcome_of(attempt);
  const upper = y + 8 + lane * lane_height;
  const [x0, x1] = [px(attempt.from), px(attempt.to ?? block.end)];
  const items = [bar(x0, x1, upper, lane_height - 2, fills[outcome], area)];
  const inside = x1 <= area.x + area.width && x1 >= area.x;
  const middle = upper + (lane_height - 2) / 2;
  if (inside) items.push(end_mark(outcome, x1, upper));
  if (attempt.stage && x1 - x0 > attempt.stage.length * 5.5 + 26 && x0 >= area.x && inside) {
    const label =
      attempt.attempt && attempt.attempt > 1
        ? `${attempt.stage} \u00d7${attempt.attempt}`
        : attempt.stage;
    items.push({
      type: "text",
      x: x0 + 3,
      y: middle,
      style: { text: label, fill: "var(--g-text)", fontSize: 8.5, verticalAlign: "middle" },
    });
  }
  return items;
}

export function block_items(block: Block, shift: number, api: Option, area: Option): Option[] {
  const px = (t: number) => api.coord([t - shift, 0])[0];
  const y = area.y + block.top;
  const { job } = block;
  const accepted = known(job.accepted) ? job.accepted : block.origin;
  const started = known(job.started) ? job.started : accepted;
  const ends = known(job.finished) ? job.finished : block.end;
  return [
    ...label_items(block, area.x - label_width, y),
    bar(px(accepted), px(started), y + 1.5, 3, "var(--g-wait)", area),
    bar(
      px(started),
      px(ends),
      y + 1.5,
      3,
      known(job.finished) ? "var(--g-job)" : "var(--g-running)",
      area,
    ),
    ...block.placed.flatMap((one) => attempt_items(one, block, px, y, area)),
  ].filter(Boolean);
}
