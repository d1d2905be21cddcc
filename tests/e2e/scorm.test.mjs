// The SCORM package in a platform: a real implementation of its interface, which keeps what it is told.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { scormPackage } from "../../www/scorm.mjs";
import { isAccessible, require, serving, useBrowser, visit } from "./page.mjs";

const { unzipSync } = require("fflate");
const folder = mkdtempSync(join(tmpdir(), "scorm-"));
after(() => rmSync(folder, { recursive: true }));

/** The package, unpacked as a platform does. */
const manifest = (() => {
  const files = unzipSync(scormPackage("exercise=fork-counts&seed=3", "Forks & <copies>"));
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  return readFileSync(join(folder, "imsmanifest.xml"), "utf8");
})();
useBrowser({ root: folder });

const again = readFileSync(
  fileURLToPath(new URL("../../www/node_modules/scorm-again/dist/scorm12.js", import.meta.url)),
);

/** Opens the package in a platform that has kept this. */
async function platform(page, kept = {}) {
  const parameters = /parameters="([^"]*)"/.exec(manifest)[1].replaceAll("&amp;", "&");
  const body = `<!doctype html><html lang="en"><title>A platform</title><body><h1>Forks</h1></body></html>`;
  await page.route("**/platform", (route) => route.fulfill({ contentType: "text/html", body }));
  await page.route("**/scorm12.js", (route) => route.fulfill({ contentType: "text/javascript", body: again }));
  await page.goto(`${serving()}platform`);
  await page.addScriptTag({ url: `${serving()}scorm12.js` });
  await page.evaluate(
    ({ src, kept }) => {
      window.API = new window.Scorm12API({ autocommit: false });
      window.API.loadFromJSON({ cmi: kept });
      window.finished = false;
      window.API.on("LMSFinish", () => (window.finished = true));
      document.body.append(
        Object.assign(document.createElement("iframe"), { src, width: 960, height: 700, title: "sco" }),
      );
    },
    { src: `${serving()}index.html${parameters}`, kept },
  );
  return page.frameLocator("iframe");
}
const value = (page, name) => page.evaluate((name) => name.split(".").reduce((of, part) => of[part], window.API), name);
const becomes = (page, name, right) =>
  page.waitForFunction(({ name, right }) => name.split(".").reduce((of, part) => of[part], window.API) === right, {
    name,
    right,
  });

test("the manifest names what there is", () => {
  assert.match(manifest, /<schemaversion>1\.2<\/schemaversion>/);
  assert.match(manifest, /<title>Forks &amp; &lt;copies&gt;<\/title>/);
  for (const [, name] of manifest.matchAll(/<file href="([^"]+)"/g)) readFileSync(join(folder, name));
});

test("a visit tells no score; answers do, and come back at the next visit", () =>
  visit({ mayComplain: true }, async (page) => {
    const frame = await platform(page);
    const next = frame.locator(".onwards .next");
    await next.waitFor();
    assert.equal(await value(page, "cmi.core.score.raw"), "");
    const asked = frame.locator(".question").filter({ hasText: "right after the fork" });
    await next.click();
    await asked.getByRole("button", { name: "Show the answer" }).click();
    await becomes(page, "cmi.core.lesson_status", "incomplete");
    await becomes(page, "cmi.core.score.raw", "0");
    await isAccessible(page, "iframe");
    const suspended = await value(page, "cmi.suspend_data");
    assert.ok(suspended.length <= 4096 || suspended === "");
    await page.evaluate(() => document.querySelector("iframe").remove());
    await page.waitForFunction(() => window.finished);
    const later = await platform(page, { suspend_data: suspended });
    await later.locator(".question").filter({ hasText: "right after the fork" }).getByText("Right is:").waitFor();
  }));
