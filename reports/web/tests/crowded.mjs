// Writes a journal with as many resources as a live run shows:
//   node crowded.mjs IN.json OUT.json

import { readFileSync, writeFileSync } from "node:fs";

const [, , from, to] = process.argv;
const journal = JSON.parse(readFileSync(from, "utf8"));
const { at, tracks } = journal.series;
for (const name of Object.keys(tracks)) {
  if (/utilisation|memory|slots/.test(name)) delete tracks[name];
}
const groups = ["api", "outbox", "launchers", "drivers", "workers", "callbacks", "reconciler"];
const kinds = ["cores", "loop", "resident", "db_pool"];
const names = ["machine.cores", "machine.memory", "cache.pool", "objects.pool"];
for (const kind of kinds) for (const group of groups) names.push(`${group}.${kind}`);
// The tightest come neither first nor last.
names.forEach((name, i) => {
  const level = ((i * 11) % names.length) / names.length;
  const values = at.map((_, k) => Math.min(1, Math.max(0, level + 0.04 * Math.sin(k / 7 + i))));
  tracks[`${name}.utilisation`] = { unit: "ratio", values };
});
writeFileSync(to, JSON.stringify(journal));
