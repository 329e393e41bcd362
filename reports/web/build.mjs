// Bundles the front end of report.html: node build.mjs OUTDIR, which build.sh calls when needed.
//
// The same sources give the same bytes: no clock, no path and no random name goes in. All output is
// ASCII. The licences of what is bundled stand in one comment at the head of report.js.

import { build } from "esbuild";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
if (!out) {
  console.error("usage: node build.mjs OUTDIR");
  process.exit(2);
}

const carried = [
  "echarts/NOTICE",
  "echarts/LICENSE",
  "echarts/licenses/LICENSE-d3",
  "zrender/LICENSE",
  "tslib/LICENSE.txt",
];

function licences() {
  const parts = carried.map((path) => {
    const text = readFileSync(join(here, "node_modules", path), "utf8")
      .replace(/\r/g, "")
      .trim();
    return `==== ${path} ====\n\n${text}\n`;
  });
  const text = `This report contains third-party software.\n\n${parts.join("\n")}`;
  return `/*!\n${text.replaceAll("*/", "* /").replaceAll("</", "< /")}*/`;
}

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  write: false,
  charset: "ascii",
  logLevel: "warning",
  legalComments: "none",
};

const script = await build({
  ...common,
  entryPoints: ["src/main.ts"],
  format: "iife",
  platform: "browser",
  target: ["es2020"],
  define: { "process.env.NODE_ENV": '"production"' },
  banner: { js: licences() },
});
const style = await build({
  ...common,
  entryPoints: ["src/style.css"],
  target: ["chrome100", "firefox100", "safari15"],
});

const js = script.outputFiles[0].text;
const css = style.outputFiles[0].text;
// The page holds both inline, where either sequence would end its element early.
if (/<\/script|<!--/i.test(js)) throw new Error("report.js holds '</script' or '<!--'");
if (/<\/style/i.test(css)) throw new Error("report.css holds '</style'");

writeFileSync(join(out, "report.js"), js);
writeFileSync(join(out, "report.css"), css);
copyFileSync(join(here, "template.html"), join(out, "template.html"));
