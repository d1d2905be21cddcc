// Holds the rules of the sources that no linter knows: the order of the rooms of src, opening comments, and the length
// of files and lines. `npm run check` runs it; what it finds is written as file:line: rule.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";

const project = fileURLToPath(new URL("..", import.meta.url));

/** The rooms of src from the top down, as folders; "." is what lies in none. A file imports from its own room and from
 *  those below it, so that the rooms form no circle either. */
const rooms = [".", "compare", "panels", "panels/alloc", "panels/way", "parts", "editor", "dom", "model", "wasm"];
/** No room of code: the style sheets, which main.tsx alone imports. */
const styles = "style";

const LONGEST_FILE = 450;
/** Of comments; code is as wide as Biome breaks it. */
const WIDTH = 120;
const comment = /^\s*(\/\/|\/?\*[* ])|[;,{})] \/\/ /;

const trouble = [];
const found = (file, line, rule) => trouble.push(`${file}:${line}: ${rule}`);

for (const file of sources()) {
  const text = readFileSync(join(project, file), "utf8");
  const lines = text.trimEnd().split("\n");
  if (!/^(\/\/ |\/\* |#!)/.test(text)) found(file, 1, "a file opens with a comment that says what it is");
  if (lines.length > LONGEST_FILE)
    found(file, LONGEST_FILE + 1, `a file has at most ${LONGEST_FILE} lines, not ${lines.length}`);
  lines.forEach((line, n) => {
    const columns = [...line].length;
    if (columns > WIDTH && comment.test(line))
      found(file, n + 1, `a comment has at most ${WIDTH} columns, not ${columns}`);
  });
  if (file.startsWith("www/src/") && /\.tsx?$/.test(file)) imports(file, lines);
}

if (trouble.length) console.error(trouble.join("\n"));
process.exitCode = trouble.length ? 1 : 0;

/** What Biome formats: paths from the project's root. */
function sources() {
  const of = (folder, deep, ends) =>
    readdirSync(join(project, folder), { recursive: deep, withFileTypes: true })
      .filter((entry) => entry.isFile() && ends.test(entry.name))
      .map((entry) => relative(project, join(entry.parentPath, entry.name)));
  return [
    ...of("www/src", true, /\.(ts|tsx|css)$/),
    ...of("www", false, /\.(ts|mjs)$/),
    ...of("tests/e2e", false, /\.mjs$/),
    ...of("tests/browser-bench", false, /\.mjs$/),
  ].sort();
}

/** Each import leads to the file's own room or to one below. */
function imports(file, lines) {
  const from = roomOf(file);
  if (from === undefined) return found(file, 1, `a file lies in a room: ${rooms.map(named).join(", ")}`);
  lines.forEach((line, n) => {
    for (const [, name] of line.matchAll(/(?:\bfrom|\bimport|\bimport\(|\bURL\() ?"(\.[^"]*)"/g)) {
      const target = normalize(join(dirname(file), name));
      // Lessons and the built module lie beside src.
      if (!target.startsWith("www/src/")) continue;
      const to = roomOf(target);
      if (target.startsWith(`www/src/${styles}/`) && from === ".") continue;
      if (to === undefined) found(file, n + 1, `"${name}" lies in no room`);
      else if (rooms.indexOf(to) < rooms.indexOf(from))
        found(file, n + 1, `imports run downwards, but ${named(to)} lies above ${from}`);
    }
  });
}

/** The room of a path from the project's root; undefined if it lies in none. */
function roomOf(path) {
  const folder = dirname(relative("www/src", path));
  return rooms.find((room) => room === folder);
}

/** A room as it is written in a message. */
function named(room) {
  return room === "." ? "src" : room;
}
