// Writes a journal whose every text tries to be markup, and which lacks what the page hopes for:
//   node hostile.mjs IN.json OUT.json

import { readFileSync, writeFileSync } from "node:fs";

const [, , from, to] = process.argv;
const markup =
  '</script><script>document.title="taken"</script>' +
  '<img src="http://192.0.2.1/x" onerror="throw 1">{{js}} $& ';
const kept = new Set(["verdict", "unit", "holds", "from", "world", "outcome", "fault"]);

function spoil(value, key) {
  if (typeof value === "string") return kept.has(key) ? value : markup + value;
  if (Array.isArray(value)) return value.map((one) => spoil(one, key));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, spoil(one, name)]));
  }
  return value;
}

const journal = spoil(JSON.parse(readFileSync(from, "utf8")));
journal.findings.push({});
journal.gantt.push({ job: 7, attempts: [] }, {});
journal.resources.push({}, { name: "no_peak", peak: null });
journal.metrics["no.figures"] = {};
journal.series.tracks["all.null"] = { unit: "s", values: journal.series.at.map(() => null) };
journal.series.tracks["all.zero"] = { values: journal.series.at.map(() => 0) };
journal.series.tracks["too.short"] = { unit: "bytes", values: [1, 2, 3] };
journal.chain.push({ id: 90, parent: 91 }, { id: 91, parent: 90 });
journal.findings[0].cause_chain.push(90, 91, 12345);
writeFileSync(to, JSON.stringify(journal));
