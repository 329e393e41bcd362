// What of Apache ECharts the report uses, and the look its charts share. Colours are CSS variables:
// the SVG renderer hands them through, so light, dark and print need no second drawing.

import { BarChart, CustomChart, LineChart } from "echarts/charts";
import { GridComponent, MarkAreaComponent, MarkLineComponent } from "echarts/components";
import { init, use } from "echarts/core";
import type { EChartsType } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

import { clock, clock_short } from "./format";
import type { Window } from "./journal";

use([
  BarChart,
  CustomChart,
  LineChart,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
  SVGRenderer,
]);

export type Chart = EChartsType;
// ECharts' own option type rejects CSS variables in a few places where they are fine.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Option = any;

export const font =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif';
export const palette = [
  "var(--s1)",
  "var(--s2)",
  "var(--s3)",
  "var(--s4)",
  "var(--s5)",
  "var(--s6)",
];

const drawn: { chart: Chart; element: HTMLElement }[] = [];

export function draw(element: HTMLElement, option: Option): Chart {
  const chart = init(element, undefined, { renderer: "svg", width: width_of(element) });
  drawn.push({ chart, element });
  replace(chart, option);
  return chart;
}

// The plot's edges are where they are told to be, so that charts under one another line up.
export function grid(edges: Option): Option {
  return { outerBoundsMode: "none", ...edges };
}

export function replace(chart: Chart, option: Option): void {
  chart.setOption(
    { animation: false, textStyle: { fontFamily: font }, ...option },
    { notMerge: true },
  );
}

function width_of(element: HTMLElement): number {
  return Math.max(200, element.clientWidth || 800);
}

export function resize_all(): void {
  for (const { chart, element } of drawn) {
    chart.resize({ width: width_of(element) });
    // Printing takes the page as it is now; the next frame would be too late.
    chart.getZr().flush();
  }
}

export const axis_label = { color: "var(--soft)", fontSize: 11, fontFamily: font };
export const rule = { lineStyle: { color: "var(--rule)", width: 1 } };
const steps = [
  0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200,
  10800, 14400, 21600, 43200, 86400,
];

// An x axis in seconds of virtual time whose ticks fall on whole minutes or hours. ECharts' time
// axis would do the same for dates; ours starts at zero and knows no date.
export function time_axis(from: number, to: number, about: number, shown: boolean): Option {
  const wanted = (to - from) / Math.max(1, about);
  const interval = steps.find((step) => step >= wanted) ?? Math.ceil(wanted / 86400) * 86400;
  const ticks: number[] = [];
  for (
    let turn = Math.ceil(from / interval - 1e-9);
    turn * interval <= to + interval * 1e-6;
    turn++
  )
    ticks.push(turn * interval);
  const text = (value: number) =>
    interval < 60 || to - from < 300 ? clock(value) : clock_short(value);
  return {
    type: "value",
    min: from,
    max: to,
    axisLine: { show: false },
    axisTick: { show: false, customValues: ticks },
    splitLine: { show: true, ...rule },
    axisLabel: {
      show: shown,
      ...axis_label,
      hideOverlap: true,
      customValues: ticks,
      formatter: text,
    },
  };
}

// Shades the windows that show between from and to.
export function fault_shades(windows: Window[], from: number, to: number): Option {
  return {
    silent: true,
    itemStyle: { color: "var(--fault)", opacity: 1 },
    label: {
      position: "top",
      distance: 2,
      color: "var(--fault-text)",
      fontSize: 10,
      fontWeight: 600,
    },
    data: windows
      .filter((window) => window.from < to && window.to > from)
      .map((window) => [
        { xAxis: Math.max(from, window.from), name: String(window.number) },
        { xAxis: Math.min(to, window.to) },
      ]),
  };
}
