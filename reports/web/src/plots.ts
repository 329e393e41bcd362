// What ECharts draws in the timeline: a panel of curves, and the lanes of phases and faults.

import { axis_label, fault_shades, grid, palette, rule, time_axis } from "./charts";
import type { Option } from "./charts";
import { by_unit } from "./format";
import type { Maybe, Phase, Window } from "./journal";
import { axis_scale, is_crowded } from "./panels";
import type { Panel } from "./panels";

// The plots' edges, the same in every panel: what stands above each other happened together.
export const left = 64;
export const right = 30;

export interface Drawn {
  panel: Panel;
  readouts: HTMLElement[];
  element: HTMLElement;
  shown: boolean[]; // by line
  focus?: number; // the line that stands out
  redraw: () => void;
}

// What the timeline shows now. Every part reads it; only the zoom writes it.
export interface State {
  at: number[];
  whole: [number, number];
  from: number;
  to: number;
  windows: Window[];
  phases: Phase[];
  panels: Drawn[];
}

// A colour a line; once all are used the next lines are dashed, then dotted.
export function look_of(index: number): { color: string; type: "solid" | "dashed" | "dotted" } {
  const types = ["solid", "dashed", "dotted"] as const;
  return { color: palette[index % 6], type: types[Math.floor(index / 6) % 3] };
}

function extent(panel: Panel): number {
  return panel.lines
    .flatMap((line) => line.values)
    .reduce<number>((most, v) => Math.max(most, v ?? 0), 0);
}

function y_axis(panel: Panel, visible: number): Option {
  const { suffix } = axis_scale(panel.kind, visible);
  const common = {
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: rule,
    minorSplitLine: { show: false },
  };
  if (panel.log) {
    const formatter = (value: number) => (value >= 1 ? `${value} s` : by_unit(value, "s"));
    return { ...common, type: "log", axisLabel: { ...axis_label, formatter, hideOverlap: true } };
  }
  const formatter = (value: number) =>
    value === 0 ? "0" : `${Number(value.toPrecision(4))}${suffix}`;
  const bounded = panel.kind === "share" && visible <= 1;
  const max = bounded ? 100 : visible > 0 ? undefined : 1;
  return {
    ...common,
    type: "value",
    min: 0,
    max,
    interval: bounded ? (is_crowded(panel) ? 25 : 50) : undefined,
    splitNumber: 2,
    axisLabel: { ...axis_label, formatter, hideOverlap: true },
  };
}

// The points between from and to and one beyond each end, so that lines reach the edges.
function cut(state: State): [number, number] {
  let first = state.at.findIndex((t) => t >= state.from);
  if (first < 0) first = state.at.length - 1;
  let last = state.at.findIndex((t) => t > state.to);
  if (last < 0) last = state.at.length - 1;
  return [Math.max(0, first - 1), last];
}

// A value between two gaps is no line; it is drawn as a point.
function points(state: State, first: number, values: Maybe<number>[]): Option[] {
  const shown = (k: number) => typeof values[k] === "number";
  return values.map((value, k) => {
    const alone = shown(k) && !shown(k - 1) && !shown(k + 1);
    return { value: [state.at[first + k], value], symbol: alone ? "circle" : "none" };
  });
}

function line_series(drawn: Drawn, index: number, data: Option[]): Option {
  const { panel, focus } = drawn;
  const look = look_of(index);
  const alone = panel.lines.length === 1 && !panel.log;
  return {
    id: panel.lines[index].name,
    name: panel.lines[index].name,
    type: "line",
    silent: true,
    showAllSymbol: true,
    symbolSize: 4,
    z: index === focus ? 3 : 2,
    itemStyle: { color: look.color },
    sampling: "minmax",
    lineStyle: {
      width: index === focus ? 2.4 : 1.4,
      opacity: focus === undefined || index === focus ? 1 : 0.25,
      ...look,
      join: "round",
    },
    areaStyle: alone ? { color: look.color, opacity: 0.13 } : undefined,
    data,
  };
}

export function panel_option(state: State, drawn: Drawn, is_last: boolean): Option {
  const { panel } = drawn;
  const [first, last] = cut(state);
  const sliced = panel.lines.map((line) => line.values.slice(first, last + 1));
  const visible =
    sliced.flat().reduce<number>((most, v) => Math.max(most, v ?? 0), 0) || extent(panel);
  const by = panel.log ? 1 : axis_scale(panel.kind, visible).by;
  const plot = (value: Maybe<number>) =>
    typeof value !== "number" || (panel.log && value <= 0) ? null : value / by;
  return {
    grid: grid({ left, right, top: 16, bottom: is_last ? 22 : 7 }),
    xAxis: time_axis(state.from, state.to, 9, is_last),
    yAxis: y_axis(panel, visible),
    series: [
      // The shades have a series of their own: they stay whichever lines are shown.
      {
        id: "faults",
        type: "line",
        silent: true,
        data: [],
        markArea: fault_shades(state.windows, state.from, state.to),
      },
      ...panel.lines
        .map((_, i) => i)
        .filter((i) => drawn.shown[i])
        .map((i) => line_series(drawn, i, points(state, first, sliced[i].map(plot)))),
    ],
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
      const flips =
        window.from + label(window) > state.to && window.from - label(window) > state.from;
      const start = flips ? window.from - label(window) : window.from;
      return {
        window,
        start,
        end: flips ? window.to : Math.max(window.to, window.from + label(window)),
      };
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
function span_item(
  x0: number,
  x1: number,
  y: number,
  height: number,
  item: { fill: string; text: string; fits: boolean },
  edge: [number, number],
): Option {
  const { fill } = item;
  const wide = label_width(item.text);
  const text = item.fits && wide > x1 - x0 ? "" : item.text;
  const flips = x0 + wide > edge[1] && x0 - wide > edge[0];
  return {
    type: "group",
    children: [
      { type: "rect", shape: { x: x0, y, width: Math.max(2, x1 - x0), height }, style: { fill } },
      {
        type: "text",
        x: flips ? x0 - 4 : x0 + 3,
        y: y + height / 2,
        style: {
          text,
          align: flips ? "right" : "left",
          fill: "var(--ink)",
          fontSize: 11,
          verticalAlign: "middle",
        },
      },
    ],
  };
}

export function lanes_option(state: State, width: number): { option: Option; height: number } {
  const lanes = lanes_of(state, width);
  const rows = lanes.reduce((most, one) => Math.max(most, one.lane + 1), 0);
  const phased = state.phases.length > 0 ? 1 : 0;
  const height = 24 + (rows + phased) * lane_height;
  const clip = (t: number) => Math.min(state.to, Math.max(state.from, t));
  const items = [
    ...state.phases
      .filter((phase) => (phase.to ?? 0) > state.from && (phase.from ?? 0) < state.to)
      .map((phase, i) => ({
        from: phase.from ?? 0,
        to: phase.to ?? state.to,
        row: 0,
        fill: i % 2 ? "var(--phase-b)" : "var(--phase-a)",
        text: phase.name ?? "",
        fits: true,
      })),
    ...lanes.map(({ window, lane }) => ({
      from: window.from,
      to: window.to,
      row: lane + phased,
      fill: "var(--fault-bar)",
      text: `${window.number} ${window.name}`,
      fits: false,
    })),
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
          return span_item(x0, x1, 2 + item.row * lane_height + 1, lane_height - 3, item, [
            params.coordSys.x,
            params.coordSys.x + params.coordSys.width,
          ]);
        },
      },
    ],
  };
  return { option, height };
}
