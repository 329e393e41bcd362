// Light, dark or as the system has it; and the page as paper wants it.

import { resize_all } from "./charts";
import { h } from "./dom";

type Theme = "auto" | "light" | "dark";
const next: Record<Theme, Theme> = { auto: "dark", dark: "light", light: "auto" };

// Pages opened from disk may have no storage; then the choice lasts as long as the page.
function stored(): Theme {
  try {
    const value = localStorage.getItem("wavetank-theme");
    return value === "light" || value === "dark" ? value : "auto";
  } catch {
    return "auto";
  }
}

function apply(theme: Theme): void {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("wavetank-theme", theme);
  } catch {
    return;
  }
}

export function theme_button(): HTMLElement {
  let theme = stored();
  apply(theme);
  const text = () => `theme: ${theme}`;
  const button = h("button.theme", { type: "button", click: () => {
    theme = next[theme];
    apply(theme);
    button.textContent = text();
  } }, text());
  return button;
}

// Paper cannot be clicked: what is folded on screen opens for it, and charts take the page's width.
export function watch_print(): void {
  const opened: HTMLDetailsElement[] = [];
  const before = () => {
    document.querySelectorAll<HTMLDetailsElement>("details:not([open]):not(.figures)").forEach((one) => {
      one.open = true;
      opened.push(one);
    });
    document.documentElement.classList.add("printing");
    resize_all();
    window.dispatchEvent(new Event("report-resized"));
  };
  const after = () => {
    opened.splice(0).forEach((one) => (one.open = false));
    document.documentElement.classList.remove("printing");
    resize_all();
    window.dispatchEvent(new Event("report-resized"));
  };
  window.addEventListener("beforeprint", before);
  window.addEventListener("afterprint", after);
}
