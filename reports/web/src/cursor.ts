// The cursor over the timeline: it reads out an instant in every panel, and a drag zooms. Every
// chart has the same left and right edge, so one line serves them all.

import { h } from "./dom";
import { by_unit, clock, clock_short } from "./format";
import type { Panel } from "./panels";
import { left, right } from "./plots";
import type { State } from "./plots";

type Zoom = (from: number, to: number) => void;

function resting_text(state: State, panel: Panel, index: number): string {
  const line = panel.lines[index];
  const low = /hit_ratio|on_time/.test(line.name);
  let best = -1;
  line.values.forEach((value, k) => {
    if (typeof value !== "number" || state.at[k] < state.from || state.at[k] > state.to) return;
    const leads =
      best < 0 || (low ? value < (line.values[best] ?? 0) : value > (line.values[best] ?? 0));
    if (leads) best = k;
  });
  if (best < 0) return "";
  const flat = !low && line.values[best] === 0;
  if (flat) return "0 throughout";
  const text = by_unit(line.values[best], line.unit);
  return `${low ? "low" : "peak"} ${text} at ${clock_short(state.at[best])}`;
}

export function show_readouts(state: State, at?: number): void {
  for (const { panel, readouts } of state.panels) {
    readouts.forEach((element, i) => {
      const line = panel.lines[i];
      element.textContent =
        at === undefined ? resting_text(state, panel, i) : by_unit(line.values[at], line.unit);
      element.classList.toggle("live", at !== undefined);
    });
  }
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

export class Cursor {
  private readonly line = h("div.cursor", { hidden: true }, h("span"));
  private readonly brush = h("div.brush", { hidden: true });
  private index = -1;
  private pressed: number | undefined;

  constructor(
    private readonly state: State,
    private readonly stack: HTMLElement,
    private readonly zoom: Zoom,
  ) {
    stack.append(this.line, this.brush);
    stack.addEventListener("pointerdown", (event) => this.press(event));
    stack.addEventListener("pointermove", (event) => this.move(event));
    window.addEventListener("pointerup", (event) => this.release(event));
    stack.addEventListener("pointerleave", () => this.point_at(undefined));
    stack.addEventListener("dblclick", () => zoom(...state.whole));
    stack.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    stack.addEventListener("keydown", (event) => this.key(event));
  }

  private plot(): { x0: number; width: number; origin: number } {
    const origin = this.stack.getBoundingClientRect().left;
    const box = this.state.panels[0].element.getBoundingClientRect();
    return { x0: box.left - origin + left, width: box.width - left - right, origin };
  }

  private time(event: { clientX: number }): number {
    const { x0, width, origin } = this.plot();
    const { from, to } = this.state;
    return from + ((event.clientX - origin - x0) / width) * (to - from);
  }

  private place(t: number): number {
    const { x0, width } = this.plot();
    const { from, to } = this.state;
    return x0 + ((t - from) / (to - from)) * width;
  }

  private point_at(t: number | undefined): void {
    const { state, line } = this;
    const inside = t !== undefined && t >= state.from && t <= state.to;
    line.toggleAttribute("hidden", !inside);
    this.index = inside ? nearest(state.at, t) : -1;
    show_readouts(state, inside ? this.index : undefined);
    if (!inside) return;
    const now = state.at[this.index];
    const active = state.windows.filter((window) => window.from <= now && now <= window.to);
    const names = active.map((window) => `${window.number} ${window.name}`);
    line.firstElementChild!.textContent = [clock(now), ...names].join("  \u00b7  ");
    line.style.left = `${this.place(now)}px`;
    line.classList.toggle("flip", now > state.from + (state.to - state.from) * 0.7);
  }

  private press(event: PointerEvent): void {
    const inside = (event.target as Element).closest(".chart");
    if (event.button !== 0 || !inside || event.pointerType !== "mouse") return;
    this.pressed = this.time(event);
  }

  private move(event: PointerEvent): void {
    const t = this.time(event);
    this.point_at(t);
    if (this.pressed === undefined) return;
    event.preventDefault();
    const clip = (one: number) => Math.max(this.state.from, Math.min(this.state.to, one));
    const a = this.place(clip(Math.min(this.pressed, t)));
    const b = this.place(clip(Math.max(this.pressed, t)));
    this.brush.toggleAttribute("hidden", b - a < 4);
    this.brush.style.left = `${a}px`;
    this.brush.style.width = `${b - a}px`;
  }

  private release(event: PointerEvent): void {
    if (this.pressed === undefined) return;
    const t = this.time(event);
    const [a, b] = [Math.min(this.pressed, t), Math.max(this.pressed, t)];
    this.pressed = undefined;
    this.brush.toggleAttribute("hidden", true);
    if (this.place(b) - this.place(a) >= 6) this.zoom(a, b);
  }

  private wheel(event: WheelEvent): void {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const t = this.time(event);
    const by = event.deltaY < 0 ? 0.8 : 1.25;
    this.zoom(t - (t - this.state.from) * by, t + (this.state.to - t) * by);
  }

  private key(event: KeyboardEvent): void {
    const { state } = this;
    if (event.key === "Escape") this.zoom(...state.whole);
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const start = nearest(state.at, by > 0 ? state.from : state.to);
    const next = this.index < 0 ? start : this.index + by;
    this.point_at(state.at[Math.max(0, Math.min(state.at.length - 1, next))]);
  }
}
