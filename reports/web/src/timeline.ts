// The timeline: panels under one another that share their x axis, zoom and cursor, with the fault
// windows shaded. A drag zooms into a span, a double click or Escape shows the whole run again.

import { axis_label, draw, fault_shades, grid, palette, replace, rule, time_axis } from "./charts";
import type { Chart, Option } from "./charts";
import { badge, h, table } from "./dom";
import { by_unit, clock, clock_short, duration } from "./format";
import { instants, windows_of } from "./journal";
import type { Journal, Maybe, Phase, Window } from "./journal";
import { axis_scale, panels_of, short_name } from "./panels";
import type { Panel } from "./panels";

const left = 64;
const right = 22;

interface Drawn {
  panel: Panel;
  readouts: HTMLElement[];
  element: HTMLElement;
  chart?: Chart;
}

interface State {
  at: number[];
  whole: [number, number];
  from: number;
  to: number;
  windows: Window[];
  phases: Phase[];
  panels: Drawn[];
}

function extent(panel: Panel): number {
  return panel.lines.flatMap((line) => line.values).reduce<number>((most, v) => Math.max(most, v ?? 0), 0);
}

function y_axis(panel: Panel, visible: number): Option {
  const { suffix } = axis_scale(panel.kind, visible);
  const common = { axisLine: { show: false }, axisTick: { show: false }, splitLine: rule, minorSplitLine: { show: false } };
  if (panel.log) {
    const formatter = (value: number) => (value >= 1 ? `${value} s` : by_unit(value, "s"));
    return { ...common, type: "log", axisLabel: { ...axis_label, formatter, hideOverlap: true } };
  }
  const formatter = (value: number) => (value === 0 ? "0" : `${Number(value.toPrecision(4))}${suffix}`);
  const bounded = panel.kind === "share" && visible <= 1;
  const max = bounded ? 100 : visible > 0 ? undefined : 1;
  return { ...common, type: "value", min: 0, max, interval: bounded ? 50 : undefined, splitNumber: 2, axisLabel: { ...axis_label, formatter, hideOverlap: true } };
}

// The points between from and to and one beyond each end, so that lines reach the edges.
function cut(state: State): [number, number] {
  let first = state.at.findIndex((t) => t >= state.from);
  if (first < 0) first = state.at.length - 1;
  let last = state.at.findIndex((t) => t > state.to);
  if (last < 0) last = state.at.length - 1;
  return [Math.max(0, first - 1), last];
}

function panel_option(state: State, panel: Panel, is_last: boolean): Option {
  const [first, last] = cut(state);
  const sliced = panel.lines.map((line) => line.values.slice(first, last + 1));
  const visible = sliced.flat().reduce<number>((most, v) => Math.max(most, v ?? 0), 0) || extent(panel);
  const by = panel.log ? 1 : axis_scale(panel.kind, visible).by;
  const plot = (value: Maybe<number>) => (typeof value !== "number" || (panel.log && value <= 0) ? null : value / by);
  return {
    grid: grid({ left, right, top: 16, bottom: is_last ? 22 : 7 }),
    xAxis: time_axis(state.from, state.to, 9, is_last),
    yAxis: y_axis(panel, visible),
    series: panel.lines.map((line, i) => ({
      id: line.name,
      name: line.name,
      type: "line",
      silent: true,
      showSymbol: false,
      sampling: "minmax",
      lineStyle: { width: 1.4, color: palette[i % 6], join: "round" },
      areaStyle: panel.lines.length === 1 && !panel.log ? { color: palette[i % 6], opacity: 0.13 } : undefined,
      data: sliced[i].map((value, k) => [state.at[first + k], plot(value)]),
      markArea: i === 0 ? fault_shades(state.windows, state.from, state.to) : undefined,
    })),
  };
}

// Faults in as few lanes as their bars and labels allow, phases above them.
function lanes_of(state: State, width: number): { window: Window; lane: number }[] {
  const per_px = (state.to - state.from) / Math.max(1, width - left - right);
  const label = (window: Window) => (label_width(window.number + window.name) + 16) * per_px;
  const ends: number[] = [];
  return state.windows
    .filter((window) => window.to >= state.from && window.from <= state.to)
    .map((window) => {
      // A label that would leave the plot on the right stands to the left of its bar.
      const flips = window.from + label(window) > state.to && window.from - label(window) > state.from;
      const start = flips ? window.from - label(window) : window.from;
      return { window, start, end: flips ? window.to : Math.max(window.to, window.from + label(window)) };
    })
    .sort((a, b) => a.start - b.start)
    .map(({ window, start, end }) => {
      let lane = ends.findIndex((one) => one <= start);
      if (lane < 0) lane = ends.length;
      ends[lane] = end;
      return { window, lane };
    });
}

const lane_height = 17;

// 11 px text of the system's font, estimated: nothing is measured before it is drawn.
function label_width(text: string): number {
  return text.length * 6.4 + 6;
}

// A fault's name may run past its bar, a phase's may not: the next phase begins there.
function span_item(x0: number, x1: number, y: number, height: number, item: { fill: string; text: string; fits: boolean }, edge: [number, number]): Option {
  const { fill } = item;
  const wide = label_width(item.text);
  const text = item.fits && wide > x1 - x0 ? "" : item.text;
  const flips = x0 + wide > edge[1] && x0 - wide > edge[0];
  return {
    type: "group",
    children: [
      { type: "rect", shape: { x: x0, y, width: Math.max(2, x1 - x0), height }, style: { fill } },
      { type: "text", x: flips ? x0 - 4 : x0 + 3, y: y + height / 2, style: { text, align: flips ? "right" : "left", fill: "var(--ink)", fontSize: 11, verticalAlign: "middle" } },
    ],
  };
}

function lanes_option(state: State, width: number): { option: Option; height: number } {
  const lanes = lanes_of(state, width);
  const rows = lanes.reduce((most, one) => Math.max(most, one.lane + 1), 0);
  const phased = state.phases.length > 0 ? 1 : 0;
  const height = 24 + (rows + phased) * lane_height;
  const clip = (t: number) => Math.min(state.to, Math.max(state.from, t));
  const items = [
    ...state.phases
      .filter((phase) => (phase.to ?? 0) > state.from && (phase.from ?? 0) < state.to)
      .map((phase, i) => ({ from: phase.from ?? 0, to: phase.to ?? state.to, row: 0, fill: i % 2 ? "var(--phase-b)" : "var(--phase-a)", text: phase.name ?? "", fits: true })),
    ...lanes.map(({ window, lane }) => ({ from: window.from, to: window.to, row: lane + phased, fill: "var(--fault-bar)", text: `${window.number} ${window.name}`, fits: false })),
  ];
  const option = {
    grid: grid({ left, right, top: 2, bottom: 20 }),
    xAxis: time_axis(state.from, state.to, 9, true),
    yAxis: { type: "value", show: false, min: 0, max: 1 },
    series: [
      {
        type: "custom",
        silent: true,
        clip: true,
        data: items.map((item) => [clip(item.from), 0, clip(item.to)]),
        encode: { x: [0, 2], y: 1 },
        renderItem: (params: Option, api: Option) => {
          const item = items[params.dataIndex];
          const x0 = api.coord([api.value(0), 0])[0];
          const x1 = api.coord([api.value(2), 0])[0];
          return span_item(x0, x1, 2 + item.row * lane_height + 1, lane_height - 3, item, [params.coordSys.x, params.coordSys.x + params.coordSys.width]);
        },
      },
    ],
  };
  return { option, height };
}

function resting_text(state: State, panel: Panel, index: number): string {
  const line = panel.lines[index];
  const low = /hit_ratio|on_time/.test(line.name);
  let best = -1;
  line.values.forEach((value, k) => {
    if (typeof value !== "number" || state.at[k] < state.from || state.at[k] > state.to) return;
    const leads = best < 0 || (low ? value < (line.values[best] ?? 0) : value > (line.values[best] ?? 0));
    if (leads) best = k;
  });
  if (best < 0) return "";
  const flat = !low && line.values[best] === 0;
  return flat ? "0 throughout" : `${low ? "low" : "peak"} ${by_unit(line.values[best], line.unit)} at ${clock_short(state.at[best])}`;
}

function show_readouts(state: State, at?: number): void {
  for (const { panel, readouts } of state.panels) {
    readouts.forEach((element, i) => {
      const line = panel.lines[i];
      element.textContent = at === undefined ? resting_text(state, panel, i) : by_unit(line.values[at], line.unit);
      element.classList.toggle("live", at !== undefined);
    });
  }
}

function panel_figure(panel: Panel, drawn: Drawn[]): HTMLElement {
  const readouts = panel.lines.map(() => h("span.readout"));
  const names = panel.lines.map((line) => short_name(line.name, panel.title));
  const unit = panel.kind === "plain" ? panel.lines[0].unit : "";
  const element = h("div.chart", { role: "img", "aria-label": `${panel.title} over time: ${panel.lines.map((line) => line.name).join(", ")}` });
  drawn.push({ panel, readouts, element });
  const key = panel.lines.map((line, i) =>
    h("li", { title: line.name }, h("span.swatch", { style: `--c:${palette[i % 6]}` }), h("span.name", names[i]), readouts[i]),
  );
  const caption = h("figcaption", h("h3", panel.title, unit && h("small", ` ${unit}`), panel.log && h("small", " log scale")), h("ul", key));
  return h("figure.panel", caption, element);
}

function nearest(at: number[], t: number): number {
  let low = 0;
  let high = at.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at[middle] <= t) low = middle;
    else high = middle;
  }
  return t - at[low] <= at[high] - t ? low : high;
}

// Pointer and keys over the whole stack: every chart has the same left and right edge.
function interact(state: State, stack: HTMLElement, zoom: (from: number, to: number) => void): void {
  const cursor = h("div.cursor", { hidden: true }, h("span"));
  const brush = h("div.brush", { hidden: true });
  stack.append(cursor, brush);
  const plot = () => {
    const chart = state.panels[0].element;
    const origin = stack.getBoundingClientRect().left;
    const box = chart.getBoundingClientRect();
    return { x0: box.left - origin + left, width: box.width - left - right, origin };
  };
  const time = (event: { clientX: number }) => {
    const { x0, width, origin } = plot();
    return state.from + ((event.clientX - origin - x0) / width) * (state.to - state.from);
  };
  const place = (t: number) => {
    const { x0, width } = plot();
    return x0 + ((t - state.from) / (state.to - state.from)) * width;
  };
  let index = -1;
  const point_at = (t: number | undefined) => {
    const inside = t !== undefined && t >= state.from && t <= state.to;
    cursor.toggleAttribute("hidden", !inside);
    index = inside ? nearest(state.at, t) : -1;
    show_readouts(state, inside ? index : undefined);
    if (!inside) return;
    const now = state.at[index];
    const active = state.windows.filter((window) => window.from <= now && now <= window.to);
    cursor.style.left = `${place(now)}px`;
    cursor.firstElementChild!.textContent = [clock(now), ...active.map((window) => `${window.number} ${window.name}`)].join("  \u00b7  ");
    cursor.classList.toggle("flip", place(now) > plot().x0 + plot().width * 0.7);
  };
  let pressed: number | undefined;
  stack.addEventListener("pointerdown", (event) => {
    const inside = (event.target as Element).closest(".chart");
    if (event.button === 0 && inside && event.pointerType === "mouse") pressed = time(event);
  });
  stack.addEventListener("pointermove", (event) => {
    const t = time(event);
    point_at(t);
    if (pressed === undefined) return;
    event.preventDefault();
    const [a, b] = [Math.min(pressed, t), Math.max(pressed, t)].map((one) => place(Math.max(state.from, Math.min(state.to, one))));
    brush.toggleAttribute("hidden", b - a < 4);
    brush.style.left = `${a}px`;
    brush.style.width = `${b - a}px`;
  });
  window.addEventListener("pointerup", (event) => {
    if (pressed === undefined) return;
    const [a, b] = [Math.min(pressed, time(event)), Math.max(pressed, time(event))];
    pressed = undefined;
    brush.toggleAttribute("hidden", true);
    if (place(b) - place(a) >= 6) zoom(a, b);
  });
  stack.addEventListener("pointerleave", () => point_at(undefined));
  stack.addEventListener("dblclick", () => zoom(...state.whole));
  stack.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const t = time(event);
    const by = event.deltaY < 0 ? 0.8 : 1.25;
    zoom(t - (t - state.from) * by, t + (state.to - t) * by);
  }, { passive: false });
  stack.addEventListener("keydown", (event) => {
    if (event.key === "Escape") zoom(...state.whole);
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const start = nearest(state.at, by > 0 ? state.from : state.to);
    point_at(state.at[Math.max(0, Math.min(state.at.length - 1, index < 0 ? start : index + by))]);
  });
}

function zoom_buttons(state: State, zoom: (from: number, to: number) => void): HTMLElement {
  const button = (label: (Node | string)[], from: number, to: number) =>
    h("button", { type: "button", click: () => zoom(from, to) }, label);
  const each = state.windows.map((window) => {
    const margin = Math.max((window.to - window.from) * 1.2, 4 * (state.at[1] - state.at[0]));
    return button([badge(window.number), window.name], window.from - margin, window.to + margin * 2);
  });
  return h("div.zooms", { role: "group", "aria-label": "zoom of the timeline" }, button(["whole run"], ...state.whole), each, h("span.span"));
}

const shown_rows = 48;

// The figures behind the curves: the peak of each track in up to 48 equal spans.
function figures(state: State): HTMLElement {
  const details = h("details.figures", h("summary", "These curves as a table"));
  details.addEventListener("toggle", () => {
    if (details.children.length > 1) return;
    const lines = state.panels.flatMap(({ panel }) => panel.lines);
    const per = Math.ceil(state.at.length / shown_rows);
    const rows = [];
    for (let start = 0; start < state.at.length; start += per) {
      const extreme = (line: (typeof lines)[number]) => {
        const values = line.values.slice(start, start + per).filter((v): v is number => typeof v === "number");
        if (values.length === 0) return by_unit(undefined, line.unit);
        return by_unit(/hit_ratio|on_time/.test(line.name) ? Math.min(...values) : Math.max(...values), line.unit);
      };
      rows.push([clock_short(state.at[start]), ...lines.map(extreme)]);
    }
    const columns = [{ head: "from", kind: "mono" as const }, ...lines.map((line) => ({ head: line.name, kind: "num" as const }))];
    const every = duration(per * (state.at[1] - state.at[0]));
    details.append(h("p.note", `Each row covers ${every} and shows the highest value in it (the lowest for hit ratios).`), table("The timeline as a table", columns, rows));
  });
  return details;
}

export function timeline_section(journal: Journal, later: (() => void)[]): HTMLElement | undefined {
  const series = journal.series;
  const at = series ? instants(series) : [];
  if (!series || at.length < 2) return undefined;
  const panels = panels_of(series);
  if (panels.length === 0) return undefined;
  const whole: [number, number] = [at[0], at[at.length - 1]];
  const drawn: Drawn[] = [];
  const lanes = h("div.chart.lanes", { role: "img", "aria-label": "Phases and fault windows" });
  const stack = h("div.stack", { tabindex: 0, role: "group", "aria-label": "Timeline; left and right move the cursor, Escape shows the whole run" });
  stack.append(h("div.lanes-row", h("div.lanes-title", h("h3", "Faults")), lanes), ...panels.map((panel) => panel_figure(panel, drawn)));
  const state: State = { at, whole, from: whole[0], to: whole[1], windows: windows_of(journal), phases: journal.phases ?? [], panels: drawn };
  let top: Chart | undefined;
  const span = () => buttons.querySelector(".span")!;
  const redraw = () => {
    const { option, height } = lanes_option(state, lanes.clientWidth || 800);
    lanes.style.height = `${height}px`;
    top?.resize({ height, width: lanes.clientWidth || 800 });
    if (top) replace(top, option);
    drawn.forEach((one, i) => one.chart && replace(one.chart, panel_option(state, one.panel, i === drawn.length - 1)));
    span().textContent = `${clock(state.from)} to ${clock(state.to)}`;
    show_readouts(state);
  };
  const zoom = (from: number, to: number) => {
    const smallest = 3 * (at[1] - at[0]);
    const snap = (t: number) => (smallest >= 3 ? Math.round(t) : t);
    state.from = Math.max(whole[0], snap(from));
    state.to = Math.min(whole[1], Math.max(snap(to), state.from + smallest));
    state.from = Math.max(whole[0], Math.min(state.from, state.to - smallest));
    redraw();
  };
  const buttons = zoom_buttons(state, zoom);
  later.push(() => {
    top = draw(lanes, {});
    drawn.forEach((one) => (one.chart = draw(one.element, {})));
    redraw();
    interact(state, stack, zoom);
    window.addEventListener("report-resized", redraw);
  });
  return h(
    "section",
    { id: "timeline" },
    h("h2", "Timeline"),
    h("p.note", "Shaded: a fault is active; its number is that of the table above. Drag to zoom, double click for the whole run."),
    buttons,
    stack,
    figures(state),
  );
}
