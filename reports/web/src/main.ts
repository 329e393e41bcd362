// Builds the page from the journal that it carries. Each section stands alone: one that cannot be
// drawn says so in its place, and the rest of the report is still there.

import { resize_all } from "./charts";
import { checks_section } from "./checks";
import { metrics_section, repeat_section, settings_section } from "./details";
import { h } from "./dom";
import { set_span } from "./format";
import { gantt_section } from "./gantt";
import type { Journal } from "./journal";
import { recovery_section } from "./recovery";
import { tightest_section } from "./tightest";
import { theme_button, watch_print } from "./theme";
import { timeline_section } from "./timeline";
import { trust_section } from "./trust";
import { masthead, verdict_section, verdict_word } from "./verdict";

type Later = (() => void)[];
type Section = [string, string, (journal: Journal, later: Later) => HTMLElement | undefined];

const sections: Section[] = [
  ["verdict", "Verdict", verdict_section],
  ["trust", "Trust", trust_section],
  ["recovery", "Recovery", recovery_section],
  ["tightest", "Tightest", tightest_section],
  ["timeline", "Timeline", timeline_section],
  ["jobs", "Jobs", gantt_section],
  ["checks", "Checks", checks_section],
  ["metrics", "Metrics", metrics_section],
  ["settings", "Settings", settings_section],
  ["repeat", "Repeat", repeat_section],
];

function failure(id: string, title: string, error: unknown): HTMLElement {
  console.error(`section ${id}:`, error);
  return h(
    "section",
    { id },
    h("h2", title),
    h("p.note", `This section could not be drawn: ${String(error)}`),
  );
}

function guarded(
  [id, title, make]: Section,
  journal: Journal,
  later: Later,
): HTMLElement | undefined {
  try {
    return make(journal, later);
  } catch (error) {
    return failure(id, title, error);
  }
}

function contents(made: [string, string][], journal: Journal): HTMLElement {
  const [word, state] = verdict_word(journal);
  const items = made.map(([id, title]) => h("li", h("a", { href: `#${id}` }, title)));
  return h(
    "nav.contents",
    { "aria-label": "contents" },
    h("p.brand", "wavetank"),
    h(`p.small-verdict.${state}`, word),
    h("ul", items),
    theme_button(),
  );
}

const offline =
  "One file, complete in itself: it loads nothing and sends nothing. " +
  "The figures are those of the embedded journal.json.";

const notice =
  "Charts: Apache ECharts, Copyright 2017-2026 The Apache Software Foundation, Apache License " +
  "2.0; with zrender, Copyright 2017 Baidu Inc., BSD 3-Clause. This product includes software " +
  "developed at The Apache Software Foundation (https://www.apache.org/). The licence texts stand at the " +
  "head of this file's script.";

function licences(): HTMLElement {
  return h("footer", h("p", offline), h("p", notice));
}

function mark_current(nav: HTMLElement): void {
  const links = new Map(
    [...nav.querySelectorAll("a")].map((link) => [link.getAttribute("href")?.slice(1), link]),
  );
  const seen = new Set<string>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries)
        entry.isIntersecting ? seen.add(entry.target.id) : seen.delete(entry.target.id);
      const first = sections.find(([id]) => seen.has(id))?.[0];
      links.forEach((link, id) =>
        id === first
          ? link.setAttribute("aria-current", "true")
          : link.removeAttribute("aria-current"),
      );
    },
    { rootMargin: "-10% 0px -60% 0px" },
  );
  document.querySelectorAll("main > section").forEach((section) => observer.observe(section));
}

function start(): void {
  const root = document.getElementById("report")!;
  let journal: Journal = {};
  try {
    journal = JSON.parse(document.getElementById("journal")?.textContent ?? "{}") as Journal;
  } catch (error) {
    root.append(h("main", failure("verdict", "The embedded journal cannot be read", error)));
    return;
  }
  set_span(journal.virtual_s);
  const later: Later = [];
  const made: [string, string][] = [];
  const main = h("main", masthead(journal));
  for (const section of sections) {
    const element = guarded(section, journal, later);
    if (!element) continue;
    main.append(element);
    made.push([section[0], section[1]]);
  }
  main.append(licences());
  const nav = contents(made, journal);
  root.append(h("a.skip", { href: "#verdict" }, "Skip to the verdict"), h("div.page", nav, main));
  for (const draw_one of later) {
    try {
      draw_one();
    } catch (error) {
      console.error("chart:", error);
    }
  }
  mark_current(nav);
  let pending = 0;
  window.addEventListener("resize", () => {
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(() => {
      resize_all();
      window.dispatchEvent(new Event("report-resized"));
    });
  });
  watch_print();
  document.documentElement.dataset.ready = "true";
}

start();
