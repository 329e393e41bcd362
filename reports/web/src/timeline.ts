// The timeline: panels under one another that share their x axis, zoom and cursor, with the fault
// windows shaded. A drag zooms into a span, a double click or Escape shows the whole run again.

import { draw, replace } from "./charts";
import type { Chart } from "./charts";
import { Cursor, show_readouts } from "./cursor";
import { badge, h, table } from "./dom";
import { by_unit, clock, clock_short, duration } from "./format";
import { instants, windows_of } from "./journal";
import type { Journal } from "./journal";
import { choices, plain_key } from "./line_key";
import { is_crowded, most_shown, panels_of } from "./panels";
import type { Line, Panel } from "./panels";
import { lanes_option, panel_option } from "./plots";
import type { Drawn, State } from "./plots";

function panel_figure(panel: Panel, all: Drawn[]): HTMLElement {
  const plain = panel.kind === "plain" ? panel.lines[0].unit : "";
  const unit = plain === "1" ? "" : plain;
  const element = h("div.chart", {
    role: "img",
    "aria-label": `${panel.title} over time: ${panel.lines.map((line) => line.name).join(", ")}`,
  });
  const drawn: Drawn = {
    panel,
    readouts: panel.lines.map(() => h("span.readout")),
    element,
    shown: panel.lines.map((_, i) => i < most_shown),
    redraw: () => {},
  };
  all.push(drawn);
  const head = h(
    "h3",
    panel.title,
    unit && h("small", ` ${unit}`),
    panel.log && h("small", " log scale"),
  );
  const crowded = is_crowded(panel);
  const { key, others } = crowded ? choices(drawn) : { key: plain_key(drawn), others: undefined };
  const caption = h("figcaption", head, key);
  return h(crowded ? "figure.panel.crowded" : "figure.panel", caption, element, others);
}

function zoom_buttons(
  state: State,
  zoom: (from: number, to: number) => void,
  span: HTMLElement,
): HTMLElement {
  const button = (label: (Node | string)[], from: number, to: number) =>
    h("button", { type: "button", click: () => zoom(from, to) }, label);
  const each = state.windows.map((window) => {
    const margin = Math.max((window.to - window.from) * 1.2, 4 * (state.at[1] - state.at[0]));
    return button(
      [badge(window.number), window.name],
      window.from - margin,
      window.to + margin * 2,
    );
  });
  return h(
    "div.zooms",
    { role: "group", "aria-label": "zoom of the timeline" },
    button(["whole run"], ...state.whole),
    each,
    span,
  );
}

const shown_rows = 48;

function extreme(line: Line, from: number, to: number): string {
  const values = line.values.slice(from, to).filter((v): v is number => typeof v === "number");
  if (values.length === 0) return by_unit(undefined, line.unit);
  const low = /hit_ratio|on_time/.test(line.name);
  return by_unit(low ? Math.min(...values) : Math.max(...values), line.unit);
}

// The figures behind the curves: the peak of each track in up to 48 equal spans.
function figures(state: State): HTMLElement {
  const details = h("details.figures", h("summary", "These curves as a table"));
  details.addEventListener("toggle", () => {
    if (details.children.length > 1) return;
    const lines = state.panels.flatMap(({ panel }) => panel.lines);
    const per = Math.ceil(state.at.length / shown_rows);
    const rows = [];
    for (let start = 0; start < state.at.length; start += per) {
      rows.push([
        clock_short(state.at[start]),
        ...lines.map((line) => extreme(line, start, start + per)),
      ]);
    }
    const columns = [
      { head: "from", kind: "mono" as const },
      ...lines.map((line) => ({ head: line.name, kind: "num" as const })),
    ];
    const every = duration(per * (state.at[1] - state.at[0]));
    details.append(
      h(
        "p.note",
        `Each row covers ${every} and shows its highest value, of hit ratios the lowest.`,
      ),
      table("The timeline as a table", columns, rows),
    );
  });
  return details;
}

// Draws the charts into their places and returns what draws them again for another span.
function start(state: State, lanes: HTMLElement, span: HTMLElement): () => void {
  const top: Chart = draw(lanes, {});
  const charts = state.panels.map((one) => draw(one.element, {}));
  return () => {
    const width = lanes.clientWidth || 800;
    const { option, height } = lanes_option(state, width);
    lanes.style.height = `${height}px`;
    top.resize({ height, width });
    replace(top, option);
    const last = charts.length - 1;
    charts.forEach((chart, i) => {
      const drawn = state.panels[i];
      drawn.redraw = () => replace(chart, panel_option(state, drawn, i === last));
      drawn.redraw();
    });
    span.textContent = `${clock(state.from)} to ${clock(state.to)}`;
    show_readouts(state);
  };
}

// Never less than three steps of the series, never more than the run.
function set_span(state: State, from: number, to: number): void {
  const { whole, at } = state;
  const smallest = Math.min(whole[1] - whole[0], 3 * (at[1] - at[0]));
  const snap = (t: number) => (smallest >= 3 ? Math.round(t) : t);
  const start = Math.max(whole[0], snap(from));
  state.to = Math.min(whole[1], Math.max(snap(to), start + smallest));
  state.from = Math.max(whole[0], Math.min(start, state.to - smallest));
}

function stack_of(panels: Panel[], drawn: Drawn[], lanes: HTMLElement): HTMLElement {
  const label = "Timeline; left and right move the cursor, Escape shows the whole run";
  return h(
    "div.stack",
    { tabindex: 0, role: "group", "aria-label": label },
    h("div.lanes-row", h("div.lanes-title", h("h3", "Faults")), lanes),
    panels.map((panel) => panel_figure(panel, drawn)),
  );
}

function state_of(journal: Journal, at: number[]): State {
  const whole: [number, number] = [at[0], at[at.length - 1]];
  const [from, to] = whole;
  const phases = journal.phases ?? [];
  return { at, whole, from, to, windows: windows_of(journal), phases, panels: [] };
}

export function timeline_section(journal: Journal, later: (() => void)[]): HTMLElement | undefined {
  const series = journal.series;
  const at = series ? instants(series) : [];
  if (!series || at.length < 2) return undefined;
  const panels = panels_of(series);
  if (panels.length === 0) return undefined;
  const state = state_of(journal, at);
  const lanes = h("div.chart.lanes", { role: "img", "aria-label": "Phases and fault windows" });
  const stack = stack_of(panels, state.panels, lanes);
  const span = h("span.span");
  let redraw = () => {};
  const zoom = (from: number, to: number) => {
    set_span(state, from, to);
    redraw();
  };
  later.push(() => {
    redraw = start(state, lanes, span);
    redraw();
    new Cursor(state, stack, zoom);
    window.addEventListener("report-resized", redraw);
  });
  const note =
    "Shaded: a fault is active; its number is that of the table above. " +
    "Drag to zoom, double click for the whole run.";
  return h(
    "section",
    { id: "timeline" },
    h("h2", "Timeline"),
    h("p.note", note),
    zoom_buttons(state, zoom, span),
    stack,
    figures(state),
  );
}
