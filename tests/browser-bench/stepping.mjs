// How long a step takes on the page: from the key to the end of the frame that shows it, in every lesson, on two large
// machines, and in both views, with the processor as it is and slowed four times. Run with `make bench`, after the page
// has been built.
//
//   node tests/browser-bench/stepping.mjs [lesson or number of frames...]
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { serve } from "../../www/serve.mjs";

const root = join(import.meta.dirname, "..", "..");
const { chromium } = createRequire(join(root, "www", "package.json"))("playwright-core");
const flags =
  "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run";
/** Steps measured in a lesson, evenly spread over it. */
const STEPS = 40;

/** Frames of the large machines: more than half of them are mapped, then a few pages are used, shared and taken. */
const LARGE = ["65536", "1048576"];
const script = (frames) => `machine(#{ frames: ${frames}, swap_slots: 1024 });
let p = spawn("p");
let pages = ${frames} * 6 / 10;
let a = p.mmap(pages);
p.touch(a, pages);
let b = p.mmap(64);
for n in 0..8 {
  p.touch(b + n * PAGE);
  let c = spawn("c");
  let d = c.mmap(256);
  c.touch(d, 256);
  let e = c.fork();
  e.touch(d, 16);
  reclaim(4);
  e.exit();
}`;
const address = (name) =>
  LARGE.includes(name) ? `script=${deflateRawSync(script(name)).toString("base64url")}` : `lesson=${name}`;

const lessons = readdirSync(join(root, "www", "lessons")).map((name) => name.replace(".rhai", ""));
const wanted = process.argv.length > 2 ? process.argv.slice(2) : [...lessons, ...LARGE];

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
console.log("machine, view, slowed: median, 95 of 100, slowest step in ms");
for (const name of wanted)
  for (const view of ["reading", "working"])
    for (const slowed of [1, 4]) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
      await context.addInitScript((chosen) => localStorage.setItem("pageturner-view", chosen), view);
      const page = await context.newPage();
      await page.goto(`${site.url}#${address(name)}`);
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
      console.log(`${name}, ${view}, ${slowed}: ${at(0.5)}, ${at(0.95)}, ${at(1)}`);
      await context.close();
    }
await browser.close();
site.server.close();
