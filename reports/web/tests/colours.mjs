// The colours of a page, and how well they can be told apart (WCAG 2: relative luminance).

export function luminance([r, g, b]) {
  const linear = [r, g, b].map((v) =>
    v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

export const contrast = (a, b) => {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
};

export async function colours(page) {
  return page.evaluate(() => {
    const probe = document.createElement("i");
    document.body.append(probe);
    const read = (name) => {
      probe.style.color = `var(${name})`;
      return getComputedStyle(probe)
        .color.match(/[\d.]+/g)
        .map(Number);
    };
    const names = [
      "--paper",
      "--ink",
      "--soft",
      "--good",
      "--bad",
      "--unsure",
      "--accent",
      "--good-bg",
      "--bad-bg",
      "--unsure-bg",
    ];
    const found = Object.fromEntries(names.map((name) => [name, read(name)]));
    probe.remove();
    const line = [...document.querySelectorAll(".panel svg path")].find((one) =>
      one.getAttribute("stroke")?.startsWith("var("),
    );
    return { ...found, line: line ? getComputedStyle(line).stroke : "" };
  });
}
