// The first screen: what this run was, its verdict, and what failed.

import { chain_view } from "./chain";
import { badge, h, mark } from "./dom";
import type { Child, State } from "./dom";
import { about, clock, count, duration } from "./format";
import { fault_name } from "./journal";
import type { Finding, Journal } from "./journal";

const words: Record<string, [string, State]> = {
  pass: ["PASS", "good"],
  breached: ["BREACHED", "bad"],
  invalid: ["NOT VALID", "unsure"],
  stopped: ["STOPPED", "bad"],
  residue: ["RESIDUE LEFT", "bad"],
  interrupted: ["INTERRUPTED", "unsure"],
  error: ["ERROR", "bad"],
};

const meanings: Record<string, string> = {
  invalid: "The run does not count: it could not judge what it set out to judge.",
  stopped: "A safety rule stopped the run and rolled it back.",
  residue: "The run left something behind on its target.",
  interrupted: "The run was interrupted; this page shows what was seen until then.",
  error: "wavetank itself failed; this page shows what was seen until then.",
};

export function broken(journal: Journal): string[] {
  return (journal.invariants ?? [])
    .filter((one) => one.verdict === "broken")
    .map((one) => one.name ?? "?");
}

// A scenario may expect to break: then its pass must not read as a bare PASS.
function as_expected(journal: Journal): boolean {
  return (
    journal.verdict === "pass" &&
    (broken(journal).length > 0 || journal.recovery?.verdict === "stuck")
  );
}

export function verdict_word(journal: Journal): [string, State] {
  if (!journal.verdict) return ["NO VERDICT", "unsure"];
  if (as_expected(journal)) return ["PASS, breaks as expected", "good"];
  return words[journal.verdict] ?? [journal.verdict.toUpperCase(), "unsure"];
}

/** Of many seeds the page draws the first; verdict and headline are about all. */
function seeds(journal: Journal): string {
  const count = journal.replications?.count;
  return count ? `${count} seeds; drawn: ${journal.seed}` : `one seed (${journal.seed})`;
}

function labels(journal: Journal): Child[] {
  if (journal.world === "live")
    return ["OBSERVED", "on a live platform", "one run"].map((text, i) =>
      h(i === 0 ? "li.strong" : "li", text),
    );
  const calibration = journal.run?.calibration;
  const texts: [string, string][] = [];
  if (journal.world) texts.push(["SIMULATED", "strong"]);
  if (journal.world === "sim" || journal.run)
    texts.push([
      calibration && calibration !== "none"
        ? `calibrated: ${calibration}`
        : "model defaults, not calibrated",
      "",
    ]);
  if (journal.seed !== undefined) texts.push([seeds(journal), ""]);
  return texts.map(([text, style]) => h(style ? `li.${style}` : "li", text));
}

/** Requests a second: "2.35/s", "1987/s". */
function rate(value: number | null | undefined): string {
  if (typeof value !== "number") return "-";
  const places = value >= 99.95 || Number.isInteger(value) ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(places)}/s`;
}

function facts(journal: Journal): HTMLElement {
  const jobs = journal.jobs ?? {};
  const checks = [
    ...(journal.thresholds ?? []).map((one) => one.holds === true),
    ...(journal.invariants ?? []).map((one) => one.verdict === "holds"),
  ];
  const faults = journal.faults ?? [];
  const fired = faults.filter((fault) => (fault.fired ?? 0) > 0).length;
  const rows: [string, Child][] = [];
  if (journal.virtual_s !== undefined) {
    const wall = journal.wall_s !== undefined ? ` in ${duration(journal.wall_s)}` : "";
    rows.push([journal.world === "live" ? "observed" : "simulated", `${duration(journal.virtual_s)}${wall}`]);
  }
  if (journal.requests !== undefined) {
    rows.push(["requests", count(journal.requests)]);
  } else if (jobs.offered !== undefined) {
    const end = [`${count(jobs.succeeded)} succeeded`];
    for (const key of ["failed", "dead_lettered", "rejected", "unfinished"]) {
      if (jobs[key]) end.push(`${count(jobs[key])} ${key.replace("_", " ")}`);
    }
    rows.push(["jobs", [count(jobs.offered), h("small", end.join(", "))]]);
  }
  const load = journal.generator;
  if (load) {
    const rates = [`${rate(load.sent_per_s)} sent`, `${rate(load.achieved_per_s)} answered`];
    rows.push(["offered", [rate(load.offered_per_s), h("small", rates.join(", "))]]);
  }
  if (checks.length > 0)
    rows.push(["checks", `${checks.filter(Boolean).length} of ${checks.length} hold`]);
  if (faults.length > 0) rows.push(["faults", `${fired} of ${faults.length} fired`]);
  if (journal.events !== undefined) rows.push(["events", about(journal.events)]);
  if (journal.exit_code !== undefined) rows.push(["exit code", String(journal.exit_code)]);
  if (journal.fingerprint) rows.push(["fingerprint", h("code", journal.fingerprint)]);
  return h(
    "dl.facts",
    rows.map(([term, value]) => h("div", h("dt", term), h("dd", value))),
  );
}

function finding_card(finding: Finding, journal: Journal): HTMLElement {
  const rows: [string, Child][] = [];
  if (finding.since !== undefined && finding.since !== null)
    rows.push(["since", clock(finding.since)]);
  if (finding.endangers) rows.push(["endangers", finding.endangers]);
  if (finding.look_at) rows.push(["look first at", h("code", finding.look_at)]);
  if (finding.protects) rows.push(["what protects", h("code", finding.protects)]);
  if (finding.rescue) rows.push(["what would have rescued it", finding.rescue]);
  const chain = chain_view(journal.chain, finding.cause_chain);
  return h(
    "article.finding",
    h("h3", finding.what ?? "finding"),
    h(
      "dl.pairs",
      rows.map(([term, value]) => h("div", h("dt", term), h("dd", value))),
    ),
    chain && h("details", { open: true }, h("summary", "how it came about"), chain),
  );
}

function heading(journal: Journal): string {
  if (as_expected(journal)) return "What broke, as expected";
  return journal.verdict === "pass" ? "What was not decided" : "What failed";
}

// What failed without a finding of its own: one line each.
function bare_failures(journal: Journal): HTMLElement[] {
  const lines: Child[][] = [];
  const told = (journal.findings ?? []).map((finding) => finding.what ?? "").join("\n");
  const is_told = (name: string | undefined) => name !== undefined && told.includes(name);
  for (const one of journal.thresholds ?? []) {
    if (one.holds === false && !is_told(one.expr))
      lines.push([mark("bad", "threshold "), h("code", one.expr ?? "?")]);
  }
  for (const one of journal.invariants ?? []) {
    if (one.verdict !== "broken" && one.verdict !== "undecided") continue;
    if (is_told(one.name)) continue;
    const state: State = one.verdict === "broken" ? "bad" : "unsure";
    const times = one.violations ? ` ${count(one.violations)} times` : "";
    lines.push([mark(state, "invariant "), h("code", one.name ?? "?"), ` ${one.verdict}${times}`]);
  }
  (journal.faults ?? []).forEach((fault, index) => {
    if (fault.recovery?.verdict === "stuck" && !is_told(fault_name(fault))) {
      lines.push([mark("bad", "recovery "), badge(index + 1), ` ${fault_name(fault)}: stuck`]);
    }
    if (fault.fired === 0 && journal.verdict !== "interrupted") {
      lines.push([mark("unsure", "fault "), badge(index + 1), ` ${fault_name(fault)} never fired`]);
    }
  });
  return lines.map((line) => h("li", line));
}

// The headline without the word that stands beside it already.
function rest_of(headline: string): string {
  const word = /^(?:PASS +|breaks as expected: |[A-Z]+ \((exit \d+)\): )/;
  return headline.replace(word, (_, exit?: string) => (exit ? `${exit}: ` : ""));
}

export function masthead(journal: Journal): HTMLElement {
  const by = [journal.scenario, journal.run?.version && `wavetank ${journal.run.version}`].filter(
    Boolean,
  );
  return h(
    "header.mast",
    h("ul.labels", { "aria-label": "what kind of run this is" }, labels(journal)),
    h("h1", journal.title ?? "wavetank run"),
    by.length > 0 && h("p.by", by.join(" \u00b7 ")),
  );
}

export function verdict_section(journal: Journal): HTMLElement {
  const [word, state] = verdict_word(journal);
  const findings = journal.findings ?? [];
  const bare = bare_failures(journal);
  const meaning = journal.headline ?? meanings[journal.verdict ?? ""];
  const notes = (journal.notes ?? []).filter((note) => note !== journal.headline);
  const failed = findings.length > 0 || bare.length > 0;
  const quiet = journal.verdict === "pass" ? "Nothing failed." : undefined;
  return h(
    "section.verdict-section",
    { id: "verdict", "aria-labelledby": "verdict-word" },
    h(
      `div.verdict.${state}`,
      h("h2", { id: "verdict-word", "data-verdict": journal.verdict ?? "" }, word),
      meaning && h("p.headline", rest_of(meaning)),
    ),
    facts(journal),
    notes.map((note) => h("p.note", note)),
    failed && h("h2.what-failed", heading(journal)),
    findings.length > 0 &&
      h(
        "div.findings",
        findings.map((one) => finding_card(one, journal)),
      ),
    bare.length > 0 && h("ul.failures", bare),
    !failed && quiet && h("p.quiet", quiet),
  );
}
