// node shoot.mjs REPORT.html OUT.png|OUT.pdf [--width N] [--height N] [--dark] [--full]

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "./browser.mjs";

const [report, out, ...options] = process.argv.slice(2);
if (!report || !out) {
  console.error(
    "usage: shoot.mjs REPORT.html OUT.png|OUT.pdf [--width N] [--height N] [--dark] [--full]",
  );
  process.exit(2);
}
const number = (name, otherwise) =>
  options.includes(name) ? Number(options[options.indexOf(name) + 1]) : otherwise;

const browser = await launch();
try {
  const context = await browser.newContext({
    viewport: { width: number("--width", 1280), height: number("--height", 900) },
    deviceScaleFactor: number("--scale", 1),
    colorScheme: options.includes("--dark") ? "dark" : "light",
  });
  const page = await context.newPage();
  await page.goto(pathToFileURL(resolve(report)).href);
  await page.waitForSelector("html[data-ready]");
  if (out.endsWith(".pdf")) await page.pdf({ path: out, format: "A4", preferCSSPageSize: true });
  else await page.screenshot({ path: out, fullPage: options.includes("--full") });
} finally {
  await browser.close();
}
