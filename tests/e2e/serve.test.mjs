// The server of `make serve`, and the page on any other: from a sub-path, with nothing but static files.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { get } from "node:http";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { serving, standsAt, steps, useBrowser, visit } from "./page.mjs";

const www = fileURLToPath(new URL("../../www/", import.meta.url));
useBrowser({ root: www });

test("serve.mjs prints one line, the address, and serves what belongs to the page", async () => {
  const server = spawn(process.execPath, ["serve.mjs"], { cwd: www, stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [line] = await once(server.stdout.setEncoding("utf8"), "data");
    assert.match(line, /^http:\/\/127\.0\.0\.1:\d+\/\n$/);
    const url = line.trim();
    const page = await fetch(url);
    assert.equal(page.headers.get("content-type"), "text/html; charset=utf-8");
    const html = await page.text();
    assert.match(html, /Content-Security-Policy/);
    assert.doesNotMatch(html, /<script(?![^>]*\bsrc=)/, "no inline script");
    assert.equal((await fetch(`${url}missing.js`)).status, 404);
    assert.equal((await fetch(`${url}%2e%2e%2fpackage.json`)).status, 400);
    assert.equal((await fetch(`${url}%`)).status, 400);
    assert.equal((await fetch(url, { method: "POST" })).status, 405);
  } finally {
    server.kill();
  }
});

/** A GET without what `fetch` adds and undoes by itself: status, headers, bytes. */
async function bare(path, headers = {}) {
  const [answer] = await once(get(serving() + path, { headers, agent: false }), "response");
  const bytes = [];
  for await (const piece of answer) bytes.push(piece);
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(bytes) };
}

test("what the build packed is sent packed to whoever takes it, and says how", async () => {
  const name = readdirSync(`${www}dist/assets`).find((name) => /^index-.*\.js$/.test(name));
  const path = `dist/assets/${name}`;
  const plain = await bare(path);
  assert.equal(plain.headers["content-encoding"], undefined);
  assert.equal(plain.headers.vary, "accept-encoding", "caches on the way keep the forms apart");
  const forms = { br: brotliDecompressSync, gzip: gunzipSync };
  for (const [encoding, unpack] of Object.entries(forms)) {
    const packed = await bare(path, { "accept-encoding": encoding });
    assert.equal(packed.headers["content-encoding"], encoding);
    assert.equal(packed.headers["content-type"], plain.headers["content-type"]);
    assert.equal(Number(packed.headers["content-length"]), packed.body.length);
    assert.ok(packed.body.length < plain.body.length / 2, encoding);
    assert.ok(unpack(packed.body).equals(plain.body), encoding);
  }
  const chosen = async (header) => (await bare(path, { "accept-encoding": header })).headers["content-encoding"];
  assert.equal(await chosen("gzip, deflate, br, zstd"), "br", "the smallest");
  assert.equal(await chosen("br;q=0, gzip;q=0.5"), "gzip", "a refused one is not sent");
  assert.equal(await chosen("zstd, identity"), undefined);
});

test("files with a hash in their names are cached for good, others are asked for again", async () => {
  for (const name of readdirSync(`${www}dist/assets`)) {
    if (/\.(br|gz)$/.test(name)) continue;
    const { headers } = await bare(`dist/assets/${name}`);
    assert.equal(headers["cache-control"], "public, max-age=31536000, immutable", name);
  }
  const first = await bare("dist/", { "accept-encoding": "br" });
  assert.equal(first.headers["cache-control"], "no-cache");
  const known = { "accept-encoding": "br", "if-none-match": first.headers.etag };
  const again = await bare("dist/", known);
  assert.deepEqual([again.status, again.body.length], [304, 0], "nothing is sent twice");
  assert.equal(
    (await bare("dist/", { ...known, "accept-encoding": "gzip" })).status,
    200,
    "another form is another file",
  );
});

test("the page works from a sub-path", () =>
  visit({ path: "dist/", hash: "#lesson=fork-and-cow&step=4" }, async (page) => {
    await standsAt(page, 4);
    await page.keyboard.press("End");
    await standsAt(page, await steps(page));
    assert.match(page.url(), /\/dist\/#/);
  }));
