// Numbers as they are shown.

/** `1234567` as `1,234,567`. Of whole numbers `toLocaleString` says the same, but its first call reads
 *  tables for some 100 milliseconds on a slow machine, while the page is opening. */
export function grouped(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `12 frames`, `1 frame`. */
export const counted = (n: number, what: string) => `${grouped(n)} ${what}${n === 1 ? "" : "s"}`;
