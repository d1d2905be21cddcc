// Writes the service worker into the built page: serviceworker.mjs with the names of all files of the build, and a hash
// of what they are. `npm run build` runs it after Vite; an optional first argument names another folder than www/dist.
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The name that the page registers. */
const worker = "serviceworker.js";
/** Their names change with their contents. */
const hashed = /^assets\/.*-[\w-]{8}\.\w+$/;

/** Writes the worker of a folder with a built page. */
export async function writeWorker(folder) {
  const files = [];
  for (const name of await names(folder)) {
    // The page is asked for as the folder it lies in.
    const url = name === "index.html" ? "./" : name;
    const digest = createHash("sha256").update(await readFile(join(folder, name)));
    files.push(hashed.test(name) ? [url] : [url, `sha256-${digest.digest("base64")}`]);
  }
  const version = createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 16);
  const source = await readFile(fileURLToPath(new URL("./serviceworker.mjs", import.meta.url)), "utf8");
  const head = `const version = ${JSON.stringify(version)};\nconst files = ${JSON.stringify(files)};\n`;
  await writeFile(join(folder, worker), head + source);
}

/** The files of the page, as paths with slashes; packed forms of them are the server's. */
async function names(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name !== worker && !/\.(br|gz)$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await writeWorker(process.argv[2] ?? fileURLToPath(new URL("./dist", import.meta.url)));
