// A trace of 1,000,000 references on the page: how long until its machine is on show, the longest task of the page's
// thread meanwhile and while it is stepped through, the memory that the page's process takes, and a sweep over it. Run
// with `make bench`, after the page has been built.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "../../www/serve.mjs";

const www = join(import.meta.dirname, "..", "..", "www");
const { chromium } = createRequire(join(www, "package.json"))("playwright-core");
const flags =
  "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run";
const COUNT = 1_000_000;
const PAGES = 4_000;
/** Jumps whose pictures are waited for. */
const JUMPS = 20;

/** Numbers of pages, small ones more often: the same at every run. */
function trace() {
  let seed = 7;
  const chance = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return seed / 0x80000000;
  };
  return Array.from({ length: COUNT }, () => `${Math.floor(PAGES ** chance()) - 1}\n`).join("");
}

const folder = mkdtempSync(join(tmpdir(), "pageturner-references-"));
const file = join(folder, "million.refs");
writeFileSync(file, trace());
const { server, url } = await serve(join(www, "dist"));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: flags.split(" "),
});
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, serviceWorkers: "block" });
  await page.addInitScript(() => {
    window.tasks = [];
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.tasks.push(duration);
    }).observe({ type: "longtask" });
  });
  await page.goto(url);
  const idle = () => document.querySelector("[data-testid=step]") && !document.querySelector(".progress");
  await page.waitForFunction(idle);
  const longest = () => page.evaluate(() => Math.round(Math.max(0, ...window.tasks.splice(0))));
  await longest();
  let most = 0;
  const watching = setInterval(() => (most = Math.max(most, memory())), 250);
  let began = performance.now();
  await page.locator("input[type=file]").setInputFiles(file);
  await page.getByText("1,000,000 references to").waitFor({ timeout: 300_000 });
  await page.waitForFunction(idle);
  const opened = performance.now() - began;
  console.log(`${COUNT.toLocaleString("en")} references opened in ${seconds(opened)}`);
  console.log(`longest task of the page ${await longest()} ms; most memory of all its processes ${most} MiB`);
  const slider = page.getByRole("slider", { name: "Step" });
  const steps = Number(await slider.getAttribute("max"));
  await slider.focus();
  const waits = [];
  for (let n = 0; n < JUMPS; n++) {
    const to = Math.floor(((n * 7919) % JUMPS) * (steps / JUMPS));
    began = performance.now();
    await slider.evaluate((input, value) => {
      input.value = value;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }, String(to));
    await page.waitForFunction(
      (n) => document.querySelector("[data-testid=step]").textContent === n.toLocaleString("en"),
      to,
    );
    waits.push(performance.now() - began);
  }
  waits.sort((a, b) => a - b);
  console.log(`jumps: half within ${Math.round(waits[JUMPS / 2])} ms, the slowest ${Math.round(waits.at(-1))} ms`);
  console.log(`longest task while jumping ${await longest()} ms`);
  await page.getByRole("button", { name: "Sweep over sizes" }).click();
  await page.locator(".sweep-form").getByLabel("their values").first().fill("64,256,1024");
  await page.locator(".sweep-form").getByLabel("their values").last().fill("fifo,lru");
  began = performance.now();
  await page.getByRole("button", { name: "Run sweep" }).click();
  await page.locator(".sweep-table").waitFor({ timeout: 300_000 });
  await page.waitForFunction(() => !document.querySelector(".compare-progress"), null, { timeout: 300_000 });
  console.log(`a sweep of 6 machines ${seconds(performance.now() - began)}; longest task ${await longest()} ms`);
  clearInterval(watching);
  console.log(`most memory in all ${most} MiB`);
} finally {
  await browser.close();
  server.close();
  rmSync(folder, { recursive: true });
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** Mebibytes that the browser's processes for pages hold. */
function memory() {
  const list = execFileSync("ps", ["-eo", "rss,args"], { encoding: "utf8", maxBuffer: 1 << 24 });
  const kibibytes = list
    .split("\n")
    .filter((line) => line.includes("--type=renderer"))
    .map((line) => Number.parseInt(line, 10));
  return Math.round(Math.max(0, ...kibibytes) / 1024);
}
