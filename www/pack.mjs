// Packs the built page for servers that send packed files as they are: a .br and a .gz beside each file of www/dist
// that gets smaller by it. `npm run build` runs it after Vite; an optional first argument names another folder.
//
// Brotli takes seconds for the WebAssembly modules, so that what was packed before is kept under its contents' hash.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const folder = process.argv[2] ?? fileURLToPath(new URL("./dist", import.meta.url));
const kept = fileURLToPath(new URL("./node_modules/.cache/pageturner/packed", import.meta.url));

const ways = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
  gz: (bytes) => promisify(gzip)(bytes, { level: 9 }),
};

await mkdir(kept, { recursive: true });
const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && !/\.(br|gz)$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name));
await Promise.all(files.map(pack));

async function pack(file) {
  const bytes = await readFile(file);
  for (const [ending, way] of Object.entries(ways)) {
    const small = await once(`${createHash("sha256").update(bytes).digest("hex")}.${ending}`, () => way(bytes));
    if (small.length < bytes.length) await writeFile(`${file}.${ending}`, small);
  }
}

/** What was made under this name before, else made now and kept. */
async function once(name, make) {
  const path = join(kept, name);
  const before = await readFile(path).catch(() => null);
  if (before) return before;
  const made = await make();
  // Renamed only when whole: a build may be killed, or run beside another.
  await writeFile(`${path}.${process.pid}`, made);
  await rename(`${path}.${process.pid}`, path);
  return made;
}
