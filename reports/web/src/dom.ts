// Elements without a framework. Text goes in as text nodes only, so nothing in a journal is markup.

export type Child = Node | string | number | null | undefined | false | Child[];
type Attributes = Record<string, string | number | boolean | ((event: Event) => void) | undefined>;

function append(parent: Element, child: Child): void {
  if (child === null || child === undefined || child === false) return;
  if (Array.isArray(child)) child.forEach((one) => append(parent, one));
  else parent.append(child instanceof Node ? child : String(child));
}

function apply(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

// h("td.num.late", {title: "why"}, "41m") makes <td class="num late" title="why">41m</td>.
export function h(selector: string, ...rest: (Attributes | Child)[]): HTMLElement {
  const [tag, ...classes] = selector.split(".");
  const element = document.createElement(tag);
  if (classes.length > 0) element.className = classes.join(" ");
  rest.forEach((one, index) => {
    const attributes =
      index === 0 &&
      typeof one === "object" &&
      one !== null &&
      !Array.isArray(one) &&
      !(one instanceof Node);
    if (attributes) apply(element, one as Attributes);
    else append(element, one as Child);
  });
  return element;
}

// The same for SVG.
export function s(tag: string, attributes: Attributes, ...children: Child[]): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  apply(element, attributes);
  children.forEach((child) => append(element, child));
  return element;
}

export interface Column {
  head: Child;
  kind?: "num" | "text" | "mono";
  title?: string;
}

export function table(caption: string, columns: Column[], rows: Child[][]): HTMLElement {
  const cell = (tag: string, column: Column, child: Child) =>
    h(`${tag}${column.kind ? `.${column.kind}` : ""}`, { title: column.title }, child);
  const head = columns.map((column) => {
    const th = cell("th", column, column.head);
    th.setAttribute("scope", "col");
    return th;
  });
  const body = rows.map((row) =>
    h(
      "tr",
      row.map((child, i) => cell("td", { ...columns[i], title: undefined }, child)),
    ),
  );
  const element = h(
    "table",
    h("caption.hidden", caption),
    h("thead", h("tr", head)),
    h("tbody", body),
  );
  return h("div.scroll", { tabindex: 0, role: "region", "aria-label": caption }, element);
}

const glyphs: Record<string, string> = {
  good: "\u2713",
  bad: "\u2717",
  unsure: "?",
  off: "\u2013",
};
export type State = "good" | "bad" | "unsure" | "off";

// A verdict is never colour alone: the glyph and the word say it too.
export function mark(state: State, word: string): HTMLElement {
  return h(`span.mark.${state}`, h("span.glyph", { "aria-hidden": "true" }, glyphs[state]), word);
}

export function badge(number: number): HTMLElement {
  return h("span.badge", { title: `fault ${number}` }, number);
}
