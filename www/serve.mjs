// Serves the built page (www/dist) on a free port of this machine and prints its address: one line, nothing else.
// An optional first argument names another folder; PORT asks for a certain port.
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
  const found = await stat(file).catch(() => null);
  if (!found?.isFile()) return refuse(response, 404, "Not found");
  response.writeHead(200, {
    "content-type": types[extname(file)] ?? "application/octet-stream",
    "content-length": found.size,
    "cache-control": "no-cache",
    "x-content-type-options": "nosniff",
  });
  if (request.method === "HEAD") return response.end();
  createReadStream(file)
    .on("error", () => response.destroy())
    .pipe(response);
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
