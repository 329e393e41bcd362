// Puts a journal into the built front end, as reports/html.cpp does: one pass over the tokens.
//   node assemble.mjs BUILD_DIR JOURNAL.json OUT.html

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [, , build, journal_path, out] = process.argv;
const read = (name) => readFileSync(join(build, name), "utf8");
const text = readFileSync(journal_path, "utf8");
const journal = JSON.parse(text);
const escape = (value) => value.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

const values = {
  title: escape(`${journal.title ?? "wavetank run"}: ${journal.verdict ?? "no verdict"}`),
  css: read("report.css"),
  js: read("report.js"),
  journal: text.replace(/</g, "\\u003c"),
  fallback: escape(`${journal.title ?? ""}\n${journal.verdict ?? ""}\n${journal.headline ?? ""}`),
};
writeFileSync(
  out,
  read("template.html").replace(/\{\{(\w+)\}\}/g, (_, token) => values[token]),
);
