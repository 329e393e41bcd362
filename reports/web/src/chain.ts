// A causal chain drawn as a rail: time runs down, a branch moves right, a link names its parent.

import { h, s } from "./dom";
import { clock, duration } from "./format";
import type { Link } from "./journal";

interface Row {
  link: Link;
  lane: number;
  parent_row: number;
}

const row_height = 26;
const lane_width = 16;

// Depth first, so that a chain stays together; the first child keeps its parent's lane.
function lay_out(links: Link[]): Row[] {
  const ids = new Set(links.map((link) => link.id));
  const children = new Map<Link["id"] | null, Link[]>();
  for (const link of links) {
    const parent =
      link.parent !== null && link.parent !== undefined && ids.has(link.parent)
        ? link.parent
        : null;
    children.set(parent, [...(children.get(parent) ?? []), link]);
  }
  const rows: Row[] = [];
  const placed = new Set<Link["id"]>();
  let lanes = 0;
  const visit = (link: Link, lane: number, parent_row: number) => {
    if (placed.has(link.id)) return;
    placed.add(link.id);
    const row = rows.push({ link, lane, parent_row }) - 1;
    (children.get(link.id) ?? []).forEach((child, index) =>
      visit(child, index === 0 ? lane : ++lanes, row),
    );
  };
  (children.get(null) ?? []).forEach((root, index) => visit(root, index === 0 ? 0 : ++lanes, -1));
  // A loop of parents has no root; its links still deserve a row.
  links.filter((link) => !placed.has(link.id)).forEach((link) => visit(link, ++lanes, -1));
  return rows;
}

function rail(rows: Row[]): SVGElement {
  const x = (lane: number) => 9 + Math.min(lane, 12) * lane_width;
  const y = (row: number) => row * row_height + row_height / 2;
  const width = x(Math.max(...rows.map((row) => row.lane))) + 9;
  const edges = rows.map((row, index) => {
    if (row.parent_row < 0) return undefined;
    const from = rows[row.parent_row];
    const [a, b] = [x(from.lane), x(row.lane)];
    const bend = y(row.parent_row) + row_height / 2;
    const d =
      from.lane === row.lane
        ? `M${x(from.lane)} ${y(row.parent_row)}V${y(index)}`
        : `M${a} ${y(row.parent_row)}C${a} ${bend} ${b} ${bend - 8} ${b} ${bend + 8}V${y(index)}`;
    return s("path", { d, class: "edge" });
  });
  const nodes = rows.map((row, index) =>
    s("circle", {
      cx: x(row.lane),
      cy: y(index),
      r: index === 0 ? 5 : 4,
      class: row.parent_row < 0 ? "root" : "node",
    }),
  );
  const size = { width, height: rows.length * row_height, "aria-hidden": "true", class: "rail" };
  return s("svg", size, edges, nodes);
}

function line(row: Row, rows: Row[]): HTMLElement {
  const { link } = row;
  const parent = row.parent_row >= 0 ? rows[row.parent_row].link : undefined;
  const gap =
    typeof link.at === "number" && typeof parent?.at === "number"
      ? `+${duration(link.at - parent.at)}`
      : "";
  const cause = parent
    ? `caused by ${(parent.kind ?? String(parent.id)).replaceAll("_", " ")}`
    : "first cause";
  return h(
    "li",
    { title: cause },
    h("span.at", clock(link.at)),
    h("span.gap", gap),
    h("span.kind", (link.kind ?? "event").replaceAll("_", " ")),
    h("code", link.entity ?? ""),
    h("span.what", link.what ?? ""),
    h("span.hidden", `, ${cause}`),
  );
}

export function chain_view(
  all: Link[] | undefined,
  ids: Link["id"][] | undefined,
): HTMLElement | undefined {
  if (!all || !ids || ids.length === 0) return undefined;
  const wanted = new Set(ids);
  const links = all.filter((link) => wanted.has(link.id));
  if (links.length === 0) return undefined;
  const rows = lay_out(links);
  return h(
    "div.chain",
    { role: "group", "aria-label": `causal chain of ${rows.length} events` },
    rail(rows) as unknown as HTMLElement,
    h(
      "ol",
      rows.map((row) => line(row, rows)),
    ),
  );
}
