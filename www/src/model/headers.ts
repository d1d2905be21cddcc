// The lines `//! name: value` among the comments that a script begins with.

/** The value of the first line of this name. */
export function header(source: string, name: string): string | undefined {
  return headers(source, name)[0];
}

/** The values of all lines of this name, in their order. */
export function headers(source: string, name: string): string[] {
  const lines = source.split("\n").map((line) => line.trim());
  const end = lines.findIndex((line) => line !== "" && !line.startsWith("//"));
  const start = `//! ${name}:`;
  return lines
    .slice(0, end < 0 ? lines.length : end)
    .filter((line) => line.startsWith(start))
    .map((line) => line.slice(start.length).trim());
}
