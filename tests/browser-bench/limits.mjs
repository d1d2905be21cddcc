// What the largest runs do to the page: how long they take until they can be looked at, how long a click waits
// meanwhile, how long the way to their end stops it, and how much memory the page's process takes. Run with
// `make bench`, after the page has been built.
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

const touch = (n) => `{"do":"touch","pid":1,"addr":"0x${(0x100000 + (n % 4000) * 4096).toString(16)}","pages":1}\n`;
const long = (bytes) => {
  const head =
    '{"pageturner":1,"machine":{"frames":8192}}\n{"do":"spawn","pid":1}\n' +
    '{"do":"mmap","pid":1,"addr":"0x100000","pages":4000,"prot":"rw","flags":["private","anonymous","fixed"]}\n';
  const lines = Math.floor((bytes - head.length) / touch(0).length);
  return head + Array.from({ length: lines }, (_, n) => touch(n)).join("");
};

/** Names and files of what is opened. */
const runs = {
  "forks without an end": ["a.rhai", 'let p = spawn("p"); let a = p.mmap(1); p.write(a, "x"); loop { p.fork(); }'],
  "600,000 pages touched, forked, 300,000 copied": [
    "b.rhai",
    `machine(#{ frames: 1048576 }); let p = spawn("p"); let a = p.mmap(600000); p.touch(a, 600000);
     let c = p.fork(); c.touch(a, 300000);`,
  ],
  "16,777,216 frames": ["c.rhai", 'machine(#{ frames: 16777216 }); let p = spawn("p"); p.touch(p.mmap(1), 1);'],
  "notes without an end": [
    "d.rhai",
    'let text = "long "; while text.len() < 40000 { text += text; } loop { note(text); }',
  ],
  "a recording of 20 MB": ["e.jsonl", long(20e6)],
  "a log of 64 MiB": [
    "f.strace",
    "100 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000\n".repeat(760_000),
  ],
};

/** In the page, before any of its scripts: how long clicks wait until they are drawn, and long tasks. */
function watch() {
  window.waits = { clicks: [], tasks: [] };
  addEventListener(
    "pointerdown",
    (event) => {
      const given = event.timeStamp;
      requestAnimationFrame(() => setTimeout(() => window.waits.clicks.push(performance.now() - given)));
    },
    true,
  );
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.waits.tasks.push(duration);
  }).observe({ type: "longtask" });
}

/** Opens a file; from then on clicks beside all buttons until nothing is going on. Milliseconds and mebibytes. */
async function measure(browser, url, [name, text]) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, serviceWorkers: "block" });
  await page.addInitScript(watch);
  await page.goto(url);
  const isReady = () => document.querySelector("[data-testid=step]") && !document.querySelector(".progress");
  await page.waitForFunction(isReady);
  await page.waitForFunction(() => !document.querySelector(".script-text"));
  await page.evaluate(() => (window.waits = { clicks: [], tasks: [] }));
  const path = join(folder, name);
  writeFileSync(path, text);
  await page.locator("input[type=file]").setInputFiles(path);
  const start = performance.now();
  let most = 0;
  await page.waitForFunction(() => document.querySelector(".progress") || document.querySelector("[role=alert]"));
  while (await page.evaluate(() => document.querySelector(".progress") !== null)) {
    await page.mouse.click(700, 5);
    most = Math.max(most, memory());
  }
  const took = performance.now() - start;
  await page.mouse.click(700, 5);
  most = Math.max(most, memory());
  const { clicks, tasks } = await page.evaluate(() => window.waits);
  const said = await page.evaluate(() => document.querySelector("[role=alert]")?.innerText ?? "");
  const end = await goToEnd(page);
  await page.close();
  return { took, most, click: Math.max(0, ...clicks), task: Math.max(0, ...tasks), end, said };
}

/** Goes to the machine's end; the longest task until it is drawn, in milliseconds. */
async function goToEnd(page) {
  await page.evaluate(() => (window.waits = { clicks: [], tasks: [] }));
  await page.keyboard.press("End");
  await page.waitForFunction(() => {
    const at = document.querySelector("input[aria-label=Step]");
    return at.value === at.max;
  });
  // Tasks are reported after they have ended.
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 200))));
  return Math.max(0, ...(await page.evaluate(() => window.waits.tasks)));
}

/** From the choice of a lesson to its first picture, and the longest task meanwhile; milliseconds. Chosen for the first
 *  time, and again after another one. */
async function measureLesson(browser, url, title) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, serviceWorkers: "block" });
  await page.addInitScript(watch);
  await page.goto(url);
  const drawn = (had) =>
    !document.querySelector(".progress") && document.querySelector("input[aria-label=Step]")?.max !== had;
  await page.waitForFunction(
    () => document.querySelector("[data-testid=step]") && !document.querySelector(".script-text"),
  );
  const times = [];
  for (const name of [title, "first touch", title]) {
    await page.evaluate(() => (window.waits = { clicks: [], tasks: [] }));
    const had = await page.evaluate(() => document.querySelector("input[aria-label=Step]").max);
    await page.getByRole("button", { name: "Lessons", exact: true }).click();
    const start = performance.now();
    const entries = page.getByRole("dialog", { name: "Lessons", exact: true }).locator(".entry");
    await entries
      .filter({ has: page.locator(".entry-title").getByText(name) })
      .first()
      .click();
    await page.waitForFunction(drawn, had);
    if (name === title)
      times.push([performance.now() - start, Math.max(0, ...(await page.evaluate(() => window.waits.tasks)))]);
  }
  await page.close();
  return times;
}

/** Mebibytes of the largest renderer that this process has started. */
function memory() {
  const all = execFileSync("ps", ["-eo", "rss,args"], { encoding: "utf8" }).split("\n");
  const renderers = all.filter((line) => line.includes("--type=renderer"));
  return Math.max(0, ...renderers.map((line) => Number.parseInt(line, 10) / 1024));
}

const said = ([took, task]) => `${took.toFixed(0)} ms, longest task ${task.toFixed(0)} ms`;
const folder = mkdtempSync(join(tmpdir(), "limits-"));
const { server, url } = await serve(join(www, "dist"));
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags.split(" ") });
try {
  const only = process.argv[2] ?? "";
  const [first, again] = await measureLesson(browser, url, "top of the heap");
  console.log(
    `limits: the lesson The top of the heap, from the choice to the picture: ${said(first)}; again: ${said(again)}`,
  );
  for (const [name, file] of Object.entries(runs).filter(([name]) => name.includes(only))) {
    const { took, most, click, task, end, said } = await measure(browser, url, file);
    console.log(
      `limits: ${name}: ${(took / 1000).toFixed(1)} s, longest task ${task.toFixed(0)} ms, ` +
        `slowest click ${click.toFixed(0)} ms, to its end ${end.toFixed(0)} ms, at most ${most.toFixed(0)} MiB; ${said.split("\n")[0] || "no error"}`,
    );
  }
} finally {
  await browser.close();
  server.close();
  rmSync(folder, { recursive: true });
}
