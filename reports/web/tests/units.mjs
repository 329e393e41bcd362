// Whether the page writes figures in the units of the journal.

import assert from "node:assert/strict";

// A figure of a metric reads in the unit that the journal gives it, a count in none.
export async function has_the_units(page, journal) {
  const endings = { s: /(ns|\u00b5s|ms|s|m|h|d)$/, bytes: /B$/, ratio: /%$/, 1: /[\d.kMGT]$/ };
  const metrics = journal.metrics ?? {};
  const unit_of = (name) => {
    const plain = name.split("{")[0];
    const key = Object.keys(metrics).find((one) => one.split("{")[0] === plain);
    return metrics[key]?.unit;
  };
  const texts = (selector) =>
    page.locator(selector).evaluateAll((rows) =>
      rows.map((row) => [...row.cells].map((cell) => cell.textContent.trim())),
    );
  const reads = (text, unit, what) => {
    if (!/\d/.test(text) || !endings[unit]) return;
    assert.match(text, endings[unit], `${what} reads "${text}", its unit is ${unit}`);
  };
  for (const [, expr, observed] of await texts("#checks .thresholds tbody tr")) {
    const known = (journal.thresholds ?? []).find((one) => one.expr === expr);
    if (typeof known?.observed !== "number" || /\brate\b/.test(expr)) continue;
    reads(observed, /\bcount\b/.test(expr) ? "1" : unit_of(expr.split(/\s/)[0]), expr);
  }
  const [heads] = await texts("#metrics thead tr").then((all) => (all.length ? all : [[]]));
  for (const [name, ...cells] of await texts("#metrics tbody tr")) {
    cells.forEach((text, i) => {
      const head = heads[i + 1];
      if (head !== "rate") reads(text, head === "count" ? "1" : metrics[name]?.unit, name);
    });
  }
}
