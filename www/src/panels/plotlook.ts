// What plots look like in the page's theme.

/** The page's colours by their names, and an axis in them; `font` is the size of its letters in pixels. */
export function looks(host: HTMLElement, font: number) {
  const style = getComputedStyle(host);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: color("--ink-2"),
    font: `${font}px ${color("--sans")}`,
    labelFont: `${font}px ${color("--sans")}`,
    grid: { stroke: color("--line"), width: 1 },
    ticks: { stroke: color("--line"), width: 1, size: 4 },
  };
  return { color, axis };
}
