// Light, dark or as the system has it; and the page as paper wants it.

import { resize_all } from "./charts";
import { h } from "./dom";

type Theme = "auto" | "light" | "dark";
const next: Record<Theme, Theme> = { auto: "dark", dark: "light", light: "auto" };
const key = "wavetank-theme";

// Pages opened from disk may have no storage; then the choice lasts as long as the page.
function stored(): Theme {
  try {
    const value = localStorage.getItem(key);
    return value === "light" || value === "dark" ? value : "auto";
  } catch {
    return "auto";
  }
}

function store(theme: Theme): void {
  try {
    localStorage.setItem(key, theme);
  } catch {
    return;
  }
}

export function theme_button(): HTMLElement {
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  let theme = stored();
  const button = h("button.theme", {
    type: "button",
    click: () => {
      theme = next[theme];
      store(theme);
      apply();
    },
  });
  const apply = () => {
    const wanted = system.matches ? "dark" : "light";
    document.documentElement.dataset.theme = theme === "auto" ? wanted : theme;
    button.textContent = `theme: ${theme}`;
  };
  system.addEventListener("change", apply);
  apply();
  return button;
}

function redraw(): void {
  resize_all();
  window.dispatchEvent(new Event("report-resized"));
}

// Paper cannot be clicked: what is folded on screen opens for it, and charts take its width. The
// style sheet gives it the light colours.
export function watch_print(): void {
  const opened: HTMLDetailsElement[] = [];
  const folded = "details:not([open]):not(.figures)";
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll<HTMLDetailsElement>(folded).forEach((one) => {
      one.open = true;
      opened.push(one);
    });
    document.documentElement.classList.add("printing");
    redraw();
  });
  window.addEventListener("afterprint", () => {
    opened.splice(0).forEach((one) => (one.open = false));
    document.documentElement.classList.remove("printing");
    redraw();
  });
}
