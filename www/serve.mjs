// Serves the built page (www/dist) on a free port of this machine and prints its address: one line, nothing else.
// An optional first argument names another folder; PORT asks for a certain port.
//
// Sent as the build has packed it (a .br or .gz beside the file) where the browser takes that. Files with a hash of
// their contents in their names are cached for good; all others are asked for again, and answered 304 if they are the
// same.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".wasm": "application/wasm",
  ".rhai": "text/plain; charset=utf-8",
};

/** Starts a server for a folder; resolves to it and its address. */
export async function serve(folder, port = 0) {
  const root = resolve(folder);
  const server = createServer((request, response) => void answer(root, request, response));
  await new Promise((ready, fail) => server.once("error", fail).listen(port, "127.0.0.1", ready));
  return { server, url: `http://127.0.0.1:${server.address().port}/` };
}

async function answer(root, request, response) {
  const file = locate(root, request.url ?? "/");
  if (request.method !== "GET" && request.method !== "HEAD") return refuse(response, 405, "Only GET and HEAD");
  if (!file) return refuse(response, 400, "Not a path of this site");
  const found = await packed(file, request.headers["accept-encoding"] ?? "");
  if (!found) return refuse(response, 404, "Not found");
  const headers = {
    "content-type": types[extname(file)] ?? "application/octet-stream",
    "cache-control": hashed.test(file) ? "public, max-age=31536000, immutable" : "no-cache",
    etag: `"${found.size.toString(36)}-${Math.round(found.mtimeMs).toString(36)}${found.encoding ?? ""}"`,
    vary: "accept-encoding",
    "x-content-type-options": "nosniff",
    ...(found.encoding && { "content-encoding": found.encoding }),
  };
  if (request.headers["if-none-match"] === headers.etag) return response.writeHead(304, headers).end();
  response.writeHead(200, { ...headers, "content-length": found.size });
  if (request.method === "HEAD") return response.end();
  createReadStream(found.path)
    .on("error", () => response.destroy())
    .pipe(response);
}

/** The build puts these into assets/, with eight characters of their contents' hash before the ending. */
const hashed = /[/\\]assets[/\\][^/\\]+-[\w-]{8}\.\w+$/;

/** The smallest form of a file that the browser takes, with its encoding; null if there is no such file. */
async function packed(file, accepted) {
  if (!(await stat(file).catch(() => null))?.isFile()) return null;
  const taken = accepting(accepted);
  for (const [encoding, ending] of [
    ["br", ".br"],
    ["gzip", ".gz"],
    [null, ""],
  ]) {
    if (encoding && !taken(encoding)) continue;
    const found = await stat(file + ending).catch(() => null);
    if (found?.isFile()) return { path: file + ending, encoding, size: found.size, mtimeMs: found.mtimeMs };
  }
  return null;
}

/** Tells of an encoding whether a header `Accept-Encoding` takes it: `gzip, br;q=0.5`; one with `q=0` is refused. */
function accepting(header) {
  const listed = header.split(",").map((one) =>
    one
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/),
  );
  const q = (name) =>
    listed
      .find(([found]) => found === name)
      ?.slice(1)
      .find((part) => part.startsWith("q="));
  return (name) => listed.some(([found]) => found === name) && Number(q(name)?.slice(2) ?? 1) > 0;
}

/** The file a URL asks for, or null if it would lie outside the folder. */
function locate(root, url) {
  try {
    const path = decodeURIComponent(new URL(url, "http://localhost").pathname);
    const file = normalize(join(root, path.endsWith("/") ? `${path}index.html` : path));
    return file.startsWith(root + sep) && !file.includes("\0") ? file : null;
  } catch {
    return null;
  }
}

function refuse(response, status, text) {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${text}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? fileURLToPath(new URL("./dist", import.meta.url));
  if (!(await stat(join(folder, "index.html")).catch(() => null))) {
    console.error(`${folder} holds no page: run "npm run build" first (or "make page" at the top).`);
    process.exit(1);
  }
  const { url } = await serve(folder, Number(process.env.PORT ?? 0));
  console.log(url);
}
