// Thresholds and invariants, with what was seen, the evidence, and how it came about.

import { chain_view } from "./chain";
import { h, mark, table } from "./dom";
import type { Child, State } from "./dom";
import { by_unit, clock, count, duration, unit_of_metric } from "./format";
import type { Evidence, Invariant, Journal, Probe, Threshold } from "./journal";

function observed(journal: Journal, one: Threshold): string {
  if (typeof one.observed !== "number") return one.observed ?? "not observed";
  const metric = (one.expr ?? "").trim().split(/\s+/)[0];
  const counts = /\b(count)\b/.test(one.expr ?? "");
  const rate = /\brate\b/.test(one.expr ?? "");
  return by_unit(one.observed, counts ? "" : rate ? "1/s" : unit_of_metric(journal, metric));
}

function threshold_table(journal: Journal, thresholds: Threshold[]): HTMLElement {
  const rows = thresholds.map((one): Child[] => [
    one.holds === true
      ? mark("good", "holds")
      : one.holds === false
        ? mark("bad", "broken")
        : mark("unsure", "not judged"),
    h("code", one.expr ?? "?"),
    observed(journal, one),
    one.window === undefined || one.window === null
      ? "whole run"
      : typeof one.window === "number"
        ? duration(one.window)
        : one.window,
  ]);
  const columns = [
    { head: "" },
    { head: "threshold" },
    { head: "observed", kind: "num" as const },
    { head: "window" },
  ];
  const region = table("Thresholds and what was observed", columns, rows);
  region.classList.add("thresholds");
  return region;
}

const states: Record<string, State> = { holds: "good", broken: "bad", undecided: "unsure" };

function evidence_item(journal: Journal, one: Evidence | string): HTMLElement {
  if (typeof one === "string") return h("li", one);
  const chain = chain_view(journal.chain, one.chain);
  return h(
    "li",
    h("p", typeof one.at === "number" && h("span.at", `${clock(one.at)} `), one.what ?? ""),
    chain,
  );
}

function invariant_item(journal: Journal, one: Invariant): HTMLElement {
  const evidence = one.evidence ?? [];
  const verdict = one.verdict ?? "undecided";
  const violations = one.violations
    ? `${count(one.violations)} violation${one.violations === 1 ? "" : "s"}`
    : "";
  const untested = one.situations === 0 && verdict === "holds";
  const head: Child[] = [
    untested ? mark("unsure", "untested") : mark(states[verdict] ?? "unsure", verdict),
    h("code", one.name ?? "?"),
    h("span.saw", [violations, one.saw].filter(Boolean).join("; ")),
  ];
  if (evidence.length === 0) return h("div.invariant", h("div.row", head));
  const rest = (one.violations ?? 0) - evidence.length;
  return h(
    "details.invariant",
    { open: verdict !== "holds" },
    h("summary", h("span.row", head)),
    h(
      "ul.evidence",
      evidence.map((item) => evidence_item(journal, item)),
    ),
    rest > 0 && h("p.note", `and ${count(rest)} more like these`),
  );
}

function probe_table(probes: Probe[]): HTMLElement {
  const rows = probes.map((one): Child[] => [
    one.hits ? mark("good", "happened") : mark("unsure", "never"),
    h("code", one.name ?? "?"),
    count(one.hits ?? 0),
  ]);
  const columns = [{ head: "" }, { head: "event" }, { head: "times", kind: "num" as const }];
  return table("Events that should happen sometimes", columns, rows);
}

export function checks_section(journal: Journal): HTMLElement | undefined {
  const thresholds = journal.thresholds ?? [];
  const invariants = journal.invariants ?? [];
  const probes = journal.probes ?? [];
  if (thresholds.length + invariants.length + probes.length === 0) return undefined;
  const rank = (one: Invariant) => ({ broken: 0, undecided: 1 })[one.verdict ?? ""] ?? 2;
  return h(
    "section",
    { id: "checks" },
    h("h2", "Thresholds and invariants"),
    thresholds.length > 0 && [h("h3", "Thresholds"), threshold_table(journal, thresholds)],
    invariants.length > 0 && [
      h("h3", "Invariants"),
      h(
        "div.invariants",
        [...invariants]
          .sort((a, b) => rank(a) - rank(b))
          .map((one) => invariant_item(journal, one)),
      ),
    ],
    probes.length > 0 && [h("h3", "Sometimes"), probe_table(probes)],
  );
}
