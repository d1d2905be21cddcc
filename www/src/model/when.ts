// Times of day as they are shown.

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `28 Nov, 14:03`; `at` in milliseconds since 1970. By hand for the reason that numbers are: model/numbers.ts. */
export function when(at: number): string {
  const date = new Date(at);
  const minutes = String(date.getMinutes()).padStart(2, "0");
  return `${date.getDate()} ${MONTHS[date.getMonth()]}, ${String(date.getHours()).padStart(2, "0")}:${minutes}`;
}
