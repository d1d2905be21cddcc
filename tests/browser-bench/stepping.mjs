// How long a step takes on the page: from the key to the end of the frame that shows it, in every lesson and in both
// views, with the processor as it is and slowed four times. Run with `make bench`, after the page has been built.
//
//   node tests/browser-bench/stepping.mjs [lesson...]
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { serve } from "../../www/serve.mjs";

const root = join(import.meta.dirname, "..", "..");
const { chromium } = createRequire(join(root, "www", "package.json"))("playwright-core");
const flags =
  "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run";
/** Steps measured in a lesson, evenly spread over it. */
const STEPS = 40;

const all = readdirSync(join(root, "www", "lessons")).map((name) => name.replace(".rhai", ""));
const lessons = process.argv.length > 2 ? process.argv.slice(2) : all;

/** In the page: goes to a step, and from there one forward by its key; milliseconds until the next frame is done. */
async function stepFrom(step) {
  const slider = document.querySelector("[aria-label=Step]");
  slider.value = String(step);
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  await frame();
  await frame();
  await new Promise((done) => requestAnimationFrame(done));
  const start = performance.now();
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true, composed: true }));
  // What was asked of the next frame is painted in it; the task after it comes when it is done.
  await frame();
  return performance.now() - start;
}

const site = await serve(join(root, "www", "dist"));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: flags.split(" "),
});
console.log("lesson, view, slowed: median, 95 of 100, slowest step in ms");
for (const lesson of lessons)
  for (const view of ["reading", "working"])
    for (const slowed of [1, 4]) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
      await context.addInitScript((chosen) => localStorage.setItem("pageturner-view", chosen), view);
      const page = await context.newPage();
      await page.goto(`${site.url}#lesson=${lesson}`);
      await page.waitForFunction(
        () => document.querySelector("[data-testid=step]") && document.querySelector("canvas"),
      );
      const cdp = await context.newCDPSession(page);
      await cdp.send("Emulation.setCPUThrottlingRate", { rate: slowed });
      const count = Number(await page.getByRole("slider", { name: "Step" }).getAttribute("max"));
      const times = [];
      for (let n = 0; n < STEPS; n++) times.push(await page.evaluate(stepFrom, Math.floor((n * count) / STEPS)));
      times.sort((a, b) => a - b);
      const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))].toFixed(0);
      console.log(`${lesson}, ${view}, ${slowed}: ${at(0.5)}, ${at(0.95)}, ${at(1)}`);
      await context.close();
    }
await browser.close();
site.server.close();
