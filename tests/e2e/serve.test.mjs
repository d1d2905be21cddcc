// The server of `make serve`, and the page on any other: from a sub-path, with nothing but static files.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { standsAt, step, useBrowser, visit } from "./page.mjs";

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

test("the page works from a sub-path", () =>
  visit({ path: "dist/", hash: "#lesson=fork-and-cow&step=4" }, async (page) => {
    await standsAt(page, 4);
    await page.keyboard.press("ArrowRight");
    await standsAt(page, 5);
    assert.equal(await step(page), 5);
    assert.match(page.url(), /\/dist\/#/);
  }));
