// How the page arrives: what is on screen meanwhile, how much is fetched, what the browser keeps of it, and what
// becomes of that when a new build is put on the server.
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ready, standsAt, useBrowser, visit } from "./page.mjs";

const www = new URL("../../www/", import.meta.url);
const dist = fileURLToPath(new URL("dist", www));
const { serve } = await import(new URL("serve.mjs", www));
const { writeWorker } = await import(new URL("offline.mjs", www));
useBrowser();

test("the shell with its progress is there before the machine, and not after", () => {
  let come;
  const wait = new Promise((resolve) => (come = resolve));
  return visit(
    {
      before: (page) => page.route("**/*.wasm", (route) => wait.then(() => route.continue())),
      async arriving(page) {
        const progress = page.getByRole("progressbar", { name: "Loading the machine" });
        await progress.waitFor();
        assert.equal(await progress.getAttribute("value"), null, "nothing has come");
        assert.equal(Number(await progress.getAttribute("max")), size("wasm", ""));
        come();
      },
    },
    async (page) => {
      assert.equal(await page.locator("#shell").count(), 0);
      await standsAt(page, 1);
    },
  );
});

/** Bytes of the build's files that the page starts with, packed or not; the smallest are never packed. */
function size(kind, packed) {
  const html = readFileSync(join(dist, "index.html"), "utf8");
  const ending = new RegExp(`(?:src|href)="\\./(assets/[^"]*\\.${kind})"`, "g");
  const sent = (name) => (existsSync(join(dist, name + packed)) ? name + packed : name);
  return [...html.matchAll(ending)].reduce((sum, [, name]) => sum + statSync(join(dist, sent(name))).size, 0);
}

test("what is fetched at first is small", () => {
  assert.ok(size("js", ".gz") > 0 && size("js", ".gz") <= 150_000, `${size("js", ".gz")} bytes of JavaScript in gzip`);
  const module = size("wasm", ".br");
  assert.ok(module > 0 && module <= 780_000, `the machine has ${module} bytes in brotli`);
});

test("a lesson opens as the build recorded it, and Run runs its script", () => {
  let workers = 0;
  const counted = (page) => page.on("worker", () => workers++);
  return visit({ before: counted, hash: "#lesson=fork-and-cow&step=4" }, async (page) => {
    const steps = async () => (await page.locator(":has(> [data-testid=step])").textContent()).split(" of ")[1];
    const recorded = await steps();
    assert.ok(recorded);
    assert.equal(workers, 0, "no script engine was asked for");
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await ready(page);
    assert.equal(workers, 1);
    assert.equal(await steps(), recorded);
  });
});

/** A server for a copy of the page, which the test may change. */
async function ownSite(use) {
  const folder = mkdtempSync(join(tmpdir(), "pageturner-site-"));
  cpSync(dist, folder, { recursive: true });
  const { server, url } = await serve(folder);
  try {
    await use(folder, url, () => new Promise((closed) => server.close(closed) && server.closeAllConnections()));
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
}

/** Until the service worker has kept all files. */
const kept = (page) => page.evaluate(() => navigator.serviceWorker.ready.then(() => true));

test("the second visit needs no network, whatever is opened on it", () =>
  ownSite((_, url, close) =>
    visit({ site: url, serviceWorkers: "allow" }, async (page) => {
      await kept(page);
      await close();
      await page.reload();
      await ready(page);
      await standsAt(page, 1);
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await ready(page);
      await page.locator("#console-input").fill("1 + 1");
      await page.locator("#console-input").press("Enter");
      await page.locator(".console-log .line-out", { hasText: "2" }).waitFor();
      await page.keyboard.press("Escape");
      await page.keyboard.press("c");
      await page.locator("main.compare").waitFor();
    }),
  ));

/** In the page: until the service worker of another build has kept all its files. */
async function nextKept() {
  const found = await navigator.serviceWorker.getRegistration();
  const once = (target, event) => new Promise((resolve) => target.addEventListener(event, resolve, { once: true }));
  if (!found.waiting && !found.installing) await once(found, "updatefound");
  const next = found.waiting ?? found.installing;
  while (next.state === "installing") await once(next, "statechange");
}

/** Puts another build into a folder: all its scripts have other names. */
async function newBuild(folder) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => /\.(br|gz|js|html)$/.test(name));
  for (const name of names.filter((name) => /\.(br|gz)$/.test(name))) rmSync(join(folder, name));
  const scripts = names.filter((name) => /^assets.*\.js$/.test(name)).map((name) => basename(name));
  const renamed = (text) =>
    scripts.reduce((text, name) => text.replaceAll(name, name.replace(/.{8}\.js$/, "newbuild.js")), text);
  for (const name of names.filter((name) => /\.(js|html)$/.test(name))) {
    const text = readFileSync(join(folder, name), "utf8");
    rmSync(join(folder, name));
    writeFileSync(join(folder, renamed(name)), renamed(text));
  }
  await writeWorker(folder);
}

test("a new build takes over whole, and what is open keeps the old one", () =>
  ownSite((folder, url) =>
    visit({ site: url, serviceWorkers: "allow" }, async (page) => {
      const entry = () => page.evaluate(() => document.querySelector("script[src]").getAttribute("src"));
      await kept(page);
      const first = await entry();
      await newBuild(folder);
      await page.reload();
      await ready(page);
      assert.equal(await entry(), first, "what is kept is shown at once");
      await page.evaluate(nextKept);
      await page.keyboard.press("c");
      await page.locator("main.compare").waitFor();
      await page.reload();
      await ready(page);
      assert.match(await entry(), /-newbuild\.js$/);
      // Nothing of the old build is kept: else this waits in vain.
      await page.waitForFunction(async () => (await caches.keys()).length === 1);
    }),
  ));
