// The key of a panel: its lines, each with a swatch and what it reads. Of many lines only some are
// drawn; then each can be switched, and those that are not drawn at first are folded away.

import { h } from "./dom";
import { most_shown, short_name } from "./panels";
import { look_of } from "./plots";
import type { Drawn } from "./plots";

function parts(drawn: Drawn, index: number): HTMLElement[] {
  const { color, type } = look_of(index);
  const name = short_name(drawn.panel.lines[index].name, drawn.panel.title);
  return [
    h(`span.swatch.${type}`, { style: `--c:${color}` }),
    h("span.name", name),
    drawn.readouts[index],
  ];
}

export function plain_key(drawn: Drawn): HTMLElement {
  return h(
    "ul",
    drawn.panel.lines.map((line, i) => h("li", { title: line.name }, parts(drawn, i))),
  );
}

// One line's entry: a click shows or hides it, pointing at it makes it stand out.
function switch_of(drawn: Drawn, index: number): HTMLElement {
  const stand_out = (focus?: number) => () => {
    drawn.focus = focus !== undefined && drawn.shown[focus] ? focus : undefined;
    drawn.redraw();
  };
  const button = h(
    "button.line",
    { type: "button", "aria-pressed": String(drawn.shown[index]), click: () => turn() },
    parts(drawn, index),
  );
  const turn = () => {
    drawn.shown[index] = !drawn.shown[index];
    button.setAttribute("aria-pressed", String(drawn.shown[index]));
    stand_out(index)();
  };
  const item = h("li", { title: drawn.panel.lines[index].name }, button);
  item.addEventListener("pointerenter", stand_out(index));
  item.addEventListener("pointerleave", stand_out());
  return item;
}

export function choices(drawn: Drawn): { key: HTMLElement; others: HTMLElement } {
  const items = drawn.panel.lines.map((_, i) => switch_of(drawn, i));
  const set_all = (shown: (index: number) => boolean) => () => {
    items.forEach((item, i) => {
      drawn.shown[i] = shown(i);
      item.firstElementChild!.setAttribute("aria-pressed", String(drawn.shown[i]));
    });
    drawn.redraw();
  };
  const every = (text: string, shown: (index: number) => boolean) =>
    h("button", { type: "button", click: set_all(shown) }, text);
  const others = h(
    "div.others",
    { hidden: true },
    h("ul", items.slice(most_shown)),
    h(
      "p",
      every("draw all", () => true),
      every(`only the ${most_shown} tightest`, (i) => i < most_shown),
    ),
  );
  const fold = h(
    "button.fold",
    {
      type: "button",
      "aria-expanded": "false",
      click: () => {
        const open = others.toggleAttribute("hidden") === false;
        fold.setAttribute("aria-expanded", String(open));
      },
    },
    `${items.length - most_shown} others`,
  );
  return { key: h("div", h("ul", items.slice(0, most_shown)), fold), others };
}
