// What is tightest? Resources ranked by their peak minute, and how much work each hour offered.

import { axis_label, draw, grid, palette, rule } from "./charts";
import { h } from "./dom";
import type { Child } from "./dom";
import { clock_short, count, duration, share } from "./format";
import type { Journal, Resource } from "./journal";

function known(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

export function tightest_answer(resources: Resource[]): string {
  const first = ranked(resources)[0];
  if (!first) return "not known: no resource was measured";
  const cause = first.cause ? ` (${first.cause})` : "";
  return `${first.name}, ${share(first.peak)} at ${clock_short(first.at)}${cause}`;
}

function ranked(resources: Resource[]): Resource[] {
  return [...resources].sort((a, b) => (b.peak ?? 0) - (a.peak ?? 0));
}

function bar(resource: Resource): HTMLElement {
  const peak = Math.max(0, Math.min(1, resource.peak ?? 0));
  const level = peak >= 0.95 ? "full" : peak >= 0.8 ? "high" : "";
  const mean = known(resource.mean) ? Math.max(0, Math.min(1, resource.mean)) : undefined;
  return h(
    "div.meter",
    h(level ? `span.fill.${level}` : "span.fill", { style: `width:${(peak * 100).toFixed(1)}%` }),
    mean !== undefined &&
      h("span.mean", { style: `left:${(mean * 100).toFixed(1)}%`, title: `mean ${share(mean)}` }),
  );
}

function line(resource: Resource): HTMLElement {
  const cells: [string, Child][] = [
    ["name", h("strong", resource.name ?? "?")],
    ["bar", bar(resource)],
    ["peak", share(resource.peak)],
    ["at", clock_short(resource.at)],
    ["mean", share(resource.mean)],
    ["wait", duration(resource.wait_p99)],
    ["cause", resource.cause ?? ""],
  ];
  return h(
    "tr",
    cells.map(([name, child]) => h(`td.${name}`, child)),
  );
}

function resource_table(resources: Resource[]): HTMLElement {
  const heads = ["resource", "busiest minute", "peak", "at", "mean", "wait p99", "cause"];
  const names = ["name", "bar", "peak", "at", "mean", "wait", "cause"];
  const all = ranked(resources);
  const body = h("tbody", all.slice(0, 12).map(line));
  const more = all.length - 12;
  const rest = more > 0 && h("tbody.rest", { hidden: true }, all.slice(12).map(line));
  const button =
    rest &&
    h(
      "button.more",
      {
        type: "button",
        click: (event: Event) => {
          rest.toggleAttribute("hidden", false);
          (event.currentTarget as HTMLElement).remove();
        },
      },
      `${more} more`,
    );
  return h(
    "div.scroll",
    { tabindex: 0, role: "region", "aria-label": "Resources by their busiest minute" },
    h(
      "table.resources",
      h("caption.hidden", "Resources, ranked by their busiest minute"),
      h(
        "thead",
        h(
          "tr",
          heads.map((head, i) => h(`th.${names[i]}`, { scope: "col" }, head)),
        ),
      ),
      body,
      rest,
    ),
    button,
  );
}

function slot_hours(journal: Journal, later: (() => void)[]): HTMLElement | undefined {
  const hours = journal.offered?.slot_hours ?? [];
  if (hours.length === 0) return undefined;
  const slots = journal.offered?.slots;
  const top = hours.reduce((best, value, i) => (value > hours[best] ? i : best), 0);
  const over = known(slots)
    ? `, ${(hours[top] / slots).toFixed(2)} times what ${count(slots)} slots give in an hour`
    : "";
  const text = `busiest hour ${top}: ${count(Math.round(hours[top]))} slot-hours${over}`;
  const crossed = (value: number) =>
    known(slots) && value <= slots && slots - value < 0.2 * hours[top];
  const element = h("div.chart", {
    style: "height:132px",
    role: "img",
    "aria-label": `Offered slot-hours by hour; ${text}`,
  });
  later.push(() => {
    draw(element, {
      grid: grid({ left: 44, right: 8, top: 14, bottom: 20 }),
      xAxis: {
        type: "category",
        data: hours.map((_, i) => i),
        axisLabel: { ...axis_label, interval: hours.length > 26 ? "auto" : 0 },
        axisTick: { show: false },
        axisLine: rule,
      },
      yAxis: { type: "value", splitNumber: 3, axisLabel: axis_label, splitLine: rule },
      series: [
        {
          type: "bar",
          silent: true,
          barCategoryGap: "22%",
          data: hours.map((value) => ({
            value,
            itemStyle: { color: known(slots) && value > slots ? "var(--warn)" : palette[0] },
            // Right under the line of the slots a label would be struck through.
            label: crossed(value)
              ? { position: "insideTop", color: "var(--paper)", textBorderWidth: 0 }
              : {},
          })),
          label: {
            show: hours.length <= 26,
            position: "top",
            distance: 2,
            ...axis_label,
            fontSize: 10,
            textBorderColor: "var(--paper)",
            textBorderWidth: 3,
            formatter: (p: { value: number }) => count(Math.round(p.value)),
          },
          markLine: known(slots)
            ? {
                silent: true,
                symbol: "none",
                lineStyle: { color: "var(--ink)", type: "dashed", width: 1 },
                label: {
                  show: true,
                  position: "insideEndTop",
                  color: "var(--ink)",
                  fontSize: 10,
                  formatter: `${count(slots)} slots`,
                },
                data: [{ yAxis: slots }],
              }
            : undefined,
        },
      ],
    });
  });
  return h(
    "figure.plain",
    h("figcaption", h("h3", "Offered slot-hours by hour"), h("p.note", text)),
    element,
  );
}

export function tightest_section(journal: Journal, later: (() => void)[]): HTMLElement {
  const resources = journal.resources ?? [];
  return h(
    "section",
    { id: "tightest" },
    h("h2", "What is tightest?"),
    h("p.answer", tightest_answer(resources)),
    resources.length > 0 && resource_table(resources),
    slot_hours(journal, later),
  );
}
