// Opens reports in the system's Chromium and checks what a reader relies on.
//   node check.mjs REPORT.html...

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "./browser.mjs";
import { colours, contrast, luminance } from "./colours.mjs";
import { has_the_units } from "./units.mjs";

const words = {
  pass: "PASS",
  breached: "BREACHED",
  invalid: "NOT VALID",
  stopped: "STOPPED",
  residue: "RESIDUE LEFT",
  interrupted: "INTERRUPTED",
  error: "ERROR",
};

// Read from the file itself, not through the page that is under test.
function embedded(report) {
  const html = readFileSync(report, "utf8");
  const found = /<script type="application\/json" id="journal">([\s\S]*?)<\/script>/.exec(html);
  assert.ok(found, "the report embeds no journal");
  return JSON.parse(found[1]);
}

async function open(browser, report, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const url = pathToFileURL(resolve(report)).href;
  const trouble = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()))
      trouble.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => trouble.push(`exception: ${error.message}`));
  page.on("request", (request) => {
    const asked = request.url();
    if (asked !== url && !asked.startsWith("data:")) trouble.push(`request: ${asked}`);
  });
  await page.goto(url);
  if (options.javaScriptEnabled !== false) await page.waitForSelector("html[data-ready]");
  return { context, page, trouble };
}

const numeric = (values) => (values ?? []).some((value) => typeof value === "number");

function tracks_of(journal) {
  return Object.entries(journal.series?.tracks ?? {})
    .filter(([, track]) => numeric(track.values))
    .map(([name]) => name);
}

async function says_the_verdict(page, journal) {
  const heading = page.locator("#verdict h2[data-verdict]");
  assert.equal(await heading.getAttribute("data-verdict"), journal.verdict ?? "");
  const text = (await heading.textContent()).trim();
  const word = journal.verdict
    ? (words[journal.verdict] ?? journal.verdict.toUpperCase())
    : "NO VERDICT";
  assert.ok(
    text === word || text.startsWith(`${word},`),
    `verdict reads "${text}", the journal says "${word}"`,
  );
  const broken = (journal.invariants ?? []).some((one) => one.verdict === "broken");
  if (journal.verdict === "pass" && broken)
    assert.match(text, /as expected/, "an expected violation reads as a bare PASS");
  if (journal.headline) {
    const shown = await page.locator("#verdict .headline").textContent();
    const plain = shown.replace(/^exit \d+: /, "");
    assert.ok(plain && journal.headline.endsWith(plain), `the headline reads "${shown}"`);
  }
  assert.equal(await page.locator("h1").textContent(), journal.title ?? "wavetank run");
  if (journal.repro) assert.equal(await page.locator("#repeat pre").textContent(), journal.repro);
}

// What a reader must know of a run on a real platform: what was left out, and how much was sent.
async function tells_the_notes(page, journal) {
  const shown = await page.locator("#verdict > .note").allTextContents();
  assert.deepEqual(shown, (journal.notes ?? []).filter((note) => note !== journal.headline));
  const facts = await page.locator("#verdict .facts").textContent();
  const load = journal.generator;
  if (!load) return assert.doesNotMatch(facts, /offered/);
  const rates = /offered([\d.]+)\/s([\d.]+)\/s sent, ([\d.]+)\/s answered/.exec(facts);
  assert.ok(rates, `the facts tell no rates: ${facts}`);
  [load.offered_per_s, load.sent_per_s, load.achieved_per_s].forEach((value, i) =>
    assert.ok(Math.abs(Number(rates[i + 1]) - value) <= 0.005 * value + 0.005, `${rates}`),
  );
}

async function keeps_the_order(page) {
  const ids = await page.locator("main > section").evaluateAll((all) => all.map((one) => one.id));
  assert.deepEqual(ids.slice(0, 4), ["verdict", "trust", "recovery", "tightest"]);
  const order = [
    "verdict",
    "trust",
    "recovery",
    "tightest",
    "timeline",
    "jobs",
    "checks",
    "metrics",
    "settings",
    "repeat",
  ];
  assert.deepEqual(
    ids,
    order.filter((id) => ids.includes(id)),
  );
  const links = await page
    .locator("nav.contents a")
    .evaluateAll((all) => all.map((one) => one.hash.slice(1)));
  assert.deepEqual(links, ids);
}

async function has_the_charts(page, journal) {
  const tracks = tracks_of(journal);
  const named = await page
    .locator("#timeline .panel li[title]")
    .evaluateAll((all) => all.map((one) => one.title));
  assert.deepEqual([...named].sort(), [...tracks].sort(), "each track has its line");
  const charts = await page.locator(".chart").evaluateAll((all) =>
    all.map((one) => {
      const drawn = [...one.querySelectorAll("svg path, svg rect")].filter((shape) => {
        const box = shape.getBoundingClientRect();
        return box.width + box.height > 4;
      });
      return {
        label: one.getAttribute("aria-label"),
        svgs: one.querySelectorAll("svg").length,
        drawn: drawn.length,
      };
    }),
  );
  for (const chart of charts) {
    assert.ok(chart.label, "a chart has no text alternative");
    assert.equal(chart.svgs, 1, `${chart.label}: no SVG`);
    const empty_lanes =
      /fault windows/.test(chart.label) &&
      !(journal.faults ?? []).length &&
      !(journal.phases ?? []).length;
    assert.ok(chart.drawn > 0 || empty_lanes, `${chart.label}: nothing is drawn`);
  }
  const panels = await page.locator("#timeline .panel").count();
  assert.equal(panels > 0, tracks.length > 0);
  const others =
    Number(tracks.length > 0) +
    Number((journal.offered?.slot_hours ?? []).length > 0) +
    Number((journal.gantt ?? []).length > 0);
  const over_time = Number(
    numeric(Object.values(journal.trust?.counts_over_time?.tracks ?? {})[0]?.values),
  );
  assert.equal(charts.length, panels + others + over_time, "the number of charts");
}

// Grid lines are paths too: what counts is ink in the colours that only data has.
async function has_the_ink(page, journal) {
  const ink = (where, colour) =>
    page.locator(`${where} svg :is(path, rect)`).evaluateAll((all, prefix) => {
      const coloured = (one, name) => (one.getAttribute(name) ?? "").startsWith(`var(--${prefix}`);
      return all.filter((one) => coloured(one, "stroke") || coloured(one, "fill")).length;
    }, colour);
  const tracks = tracks_of(journal).map((name) => journal.series.tracks[name].values);
  const lines = tracks.filter((values) => {
    return values.some((value, i) => value > 0 && values[i + 1] > 0);
  });
  const folded = await page.locator(".panel .others li").count();
  assert.ok((await ink(".panel", "s")) >= lines.length - folded, "a line a track");
  const end = journal.virtual_s ?? Number.POSITIVE_INFINITY;
  const shaded = tracks.length > 0 && (journal.faults ?? []).some((one) => (one.at ?? 0) < end);
  if (shaded) assert.ok((await ink(".lanes", "fault-bar")) > 0, "fault windows have their bars");
  if (shaded) assert.ok((await ink(".panel", "fault")) > 0, "fault windows are shaded");
  const hours = (journal.offered?.slot_hours ?? []).filter((value) => value > 0).length;
  const bars = (await ink("#tightest", "s1")) + (await ink("#tightest", "warn"));
  assert.ok(bars >= hours, "a bar an hour");
  const attempts = (journal.gantt ?? []).reduce((n, job) => n + (job.attempts ?? []).length, 0);
  const drawn = await ink("#jobs", "g-");
  assert.ok(drawn >= Math.min(attempts, 10), `${drawn} bars for ${attempts} attempts`);
}

async function has_the_rows(page, journal) {
  const rows = (selector) => page.locator(selector).count();
  assert.equal(await rows("#recovery tbody tr"), (journal.faults ?? []).length, "a row a fault");
  assert.equal(
    await rows("#tightest tbody tr"),
    (journal.resources ?? []).length,
    "a row a resource",
  );
  assert.equal(
    await rows("#trust tbody tr"),
    (journal.trust?.worst ?? []).length,
    "a row a worst output",
  );
  assert.equal(
    await rows("#checks .thresholds tbody tr"),
    (journal.thresholds ?? []).length,
    "a row a threshold",
  );
  assert.equal(
    await rows("#checks .invariant"),
    (journal.invariants ?? []).length,
    "a row an invariant",
  );
  assert.equal(
    await rows("#settings tbody tr"),
    (journal.settings ?? []).length,
    "a row a setting",
  );
  assert.equal(
    await rows("#verdict .finding"),
    (journal.findings ?? []).length,
    "a card a finding",
  );
  const known = new Set((journal.chain ?? []).map((link) => link.id));
  const links = (ids) => (ids ?? []).filter((id) => known.has(id)).length;
  const wanted = (journal.findings ?? []).reduce((sum, one) => sum + links(one.cause_chain), 0);
  assert.equal(await rows("#verdict .chain li"), wanted, "a line a link of the causal chains");
}

async function has_both_themes(page) {
  const light = await colours(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForSelector('html[data-theme="dark"]');
  const dark = await colours(page);
  assert.ok(
    luminance(light["--paper"]) > 0.8 && luminance(dark["--paper"]) < 0.05,
    "paper turns dark",
  );
  if (light.line)
    assert.notEqual(light.line, dark.line, "the lines of the charts follow the theme");
  for (const theme of [light, dark]) {
    for (const name of ["--ink", "--soft", "--good", "--bad", "--unsure", "--accent"]) {
      assert.ok(
        contrast(theme[name], theme["--paper"]) >= 4.5,
        `${name} is too faint: ${theme[name]}`,
      );
    }
    for (const name of ["good", "bad", "unsure"]) {
      assert.ok(
        contrast(theme[`--${name}`], theme[`--${name}-bg`]) >= 4.5,
        `--${name} is too faint on its ground`,
      );
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.waitForSelector('html[data-theme="light"]');
  await page.locator("button.theme").click();
  assert.deepEqual(
    (await colours(page))["--paper"],
    dark["--paper"],
    "the button turns the page dark",
  );
  await page.locator("button.theme").click();
  await page.locator("button.theme").click();
  assert.deepEqual((await colours(page))["--paper"], light["--paper"]);
}

async function fits(page, width) {
  await page.setViewportSize({ width, height: 900 });
  await page.waitForTimeout(100);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= width, `${wide} px wide in a window of ${width}`);
  const lines = await page
    .locator(".panel .chart")
    .evaluateAll((all) =>
      all.map((one) => one.querySelector("svg").getBoundingClientRect().width - one.clientWidth),
    );
  assert.ok(
    lines.every((rest) => Math.abs(rest) <= 1),
    "the charts have the width of their place",
  );
}

// A panel of many lines draws those that peak highest, and others where they are asked for.
async function unfolds(page, journal) {
  const panels = await page.locator("#timeline .panel:has(.others)").all();
  const crowds = await page
    .locator("#timeline .panel")
    .evaluateAll((all) => all.filter((one) => one.querySelectorAll("li[title]").length > 8).length);
  assert.equal(panels.length, crowds, "a panel of more than eight lines folds some away");
  const peak = (name) => Math.max(...journal.series.tracks[name].values.map((v) => v ?? 0));
  for (const panel of panels) {
    const drawn = () =>
      panel.locator('.chart svg path[fill="none"][stroke^="var(--s"]').count();
    const names = (where) => panel.locator(where).evaluateAll((all) => all.map((one) => one.title));
    const shown = await names("figcaption li[title]");
    const others = await names(".others li[title]");
    assert.equal(shown.length, 8);
    assert.ok(
      Math.min(...shown.map(peak)) >= Math.max(...others.map(peak)),
      "the tightest are shown",
    );
    assert.equal(await panel.locator(".others").isVisible(), false);
    const before = await drawn();
    assert.ok(before <= 8, `${before} lines are drawn of 8`);
    await panel.locator("button.fold").click();
    assert.equal(await panel.locator(".others").isVisible(), true);
    await panel.locator(".others li button").first().click();
    assert.equal(await drawn(), before + 1, "a click draws one more line");
    await panel.getByRole("button", { name: "draw all" }).click();
    assert.equal(await drawn(), before + others.length);
    await panel.locator("figcaption li button").first().click();
    assert.equal(await drawn(), before + others.length - 1, "a click takes a line away");
    await panel.getByRole("button", { name: /^only the/ }).click();
    assert.equal(await drawn(), before);
    await panel.locator("button.fold").click();
    assert.equal(await panel.locator(".others").isVisible(), false);
  }
}

async function moves(page, journal) {
  if (tracks_of(journal).length === 0) return;
  const chart = page.locator(".panel .chart").first();
  await chart.scrollIntoViewIfNeeded();
  const box = await chart.boundingBox();
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.5, y);
  assert.equal(await page.locator(".cursor").isVisible(), true, "the cursor shows");
  const live = await page.locator(".panel .readout.live").count();
  assert.equal(live, tracks_of(journal).length, "every panel reads out the cursor's instant");
  const span = page.locator(".zooms .span").first();
  const whole = await span.textContent();
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.75, y, { steps: 4 });
  await page.mouse.up();
  assert.notEqual(await span.textContent(), whole, "a drag zooms");
  await page.locator(".stack").press("Escape");
  assert.equal(await span.textContent(), whole, "Escape shows the whole run");
  const details = page.locator("#timeline details.figures");
  await details.locator("summary").click();
  await details.locator("thead th").first().waitFor();
  assert.equal(
    await details.locator("thead th").count(),
    tracks_of(journal).length + 1,
    "a table stands for the curves",
  );
  await details.locator("summary").click();
}

async function looks_up(page, journal) {
  const settings = journal.settings ?? [];
  if (settings.length === 0) return;
  await page.locator("#settings summary").click();
  await page.locator("#settings input").fill(settings[0].path);
  const shown = () => page.locator("#settings tbody tr:visible").count();
  assert.ok((await shown()) >= 1, "a setting is found by its path");
  // One word that no text holds: plain words may all occur in a long description.
  await page.locator("#settings input").fill("\u2042no-such-setting\u2042");
  assert.equal(await shown(), 0, "a word that no setting has hides every row");
  await page.locator("#settings input").fill("");
}

async function prints(page) {
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await page.waitForSelector('html[data-theme="dark"]');
  const theme = await colours(page);
  assert.ok(luminance(theme["--paper"]) > 0.8, "paper is white, whatever the theme");
  assert.equal(await page.locator("nav.contents").isVisible(), false);
  await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
  const closed = await page.locator("details:not([open]):not(.figures)").count();
  assert.equal(closed, 0, "what is folded opens for print");
  const widths = await page
    .locator(".chart svg")
    .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().width));
  assert.ok(
    widths.every((width) => width > 200 && width <= 700),
    `charts fit a page: ${widths}`,
  );
  await page.evaluate(() => window.dispatchEvent(new Event("afterprint")));
  await page.emulateMedia({ media: null, colorScheme: null });
  const pdf = await page.pdf({ format: "A4", preferCSSPageSize: true });
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
}

async function falls_back(browser, report, journal) {
  const { context, page } = await open(browser, report, { javaScriptEnabled: false });
  const text = await page.locator("body").innerText();
  if (journal.verdict)
    assert.match(text, new RegExp(journal.verdict, "i"), "without script the verdict still reads");
  await context.close();
}

async function check(browser, report) {
  const journal = embedded(report);
  const { context, page, trouble } = await open(browser, report);
  await says_the_verdict(page, journal);
  await tells_the_notes(page, journal);
  await keeps_the_order(page);
  await has_the_charts(page, journal);
  await has_the_ink(page, journal);
  await has_the_rows(page, journal);
  await has_the_units(page, journal);
  await moves(page, journal);
  await unfolds(page, journal);
  await looks_up(page, journal);
  await has_both_themes(page);
  await fits(page, 800);
  await fits(page, 1280);
  await prints(page);
  assert.equal(
    await page.locator("img, iframe, object, embed, link[rel=stylesheet], script[src]").count(),
    0,
    "nothing is loaded from elsewhere",
  );
  assert.deepEqual(trouble, []);
  await context.close();
  await falls_back(browser, report, journal);
  return page;
}

const reports = process.argv.slice(2);
if (reports.length === 0) {
  console.error("usage: check.mjs REPORT.html...");
  process.exit(2);
}
const browser = await launch();
let failed = 0;
try {
  for (const report of reports) {
    try {
      await check(browser, report);
      console.log(`ok    ${report}`);
    } catch (error) {
      failed += 1;
      console.log(
        `FAIL  ${report}\n      ${String(error.message ?? error).replaceAll("\n", "\n      ")}`,
      );
      if (process.env.VERBOSE) console.log(error.stack);
    }
  }
} finally {
  await browser.close();
}
process.exit(failed === 0 ? 0 : 1);
