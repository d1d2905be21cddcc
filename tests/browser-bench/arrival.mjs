// How fast the page arrives: a first visit over 10 Mbit/s with a processor slowed four times, and a second one, with
// how many of its requests reached the server: none, if the service worker had kept the files. Run with `make bench`,
// after the page has been built.
import { createRequire } from "node:module";
import { join } from "node:path";
import { serve } from "../../www/serve.mjs";

const www = join(import.meta.dirname, "..", "..", "www");
const { chromium } = createRequire(join(www, "package.json"))("playwright-core");
const flags =
  "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run";
const ROUNDS = 3;
const SLOWER = 4;
const network = { offline: false, latency: 20, downloadThroughput: 10e6 / 8, uploadThroughput: 10e6 / 8 };

/** In the page, before any of its scripts: notes when the shell and the first picture are drawn, and long tasks. */
function watch() {
  window.arrival = { shell: null, picture: null, tasks: [] };
  const note = (name) => requestAnimationFrame(() => (window.arrival[name] ??= performance.now()));
  new MutationObserver(() => {
    if (document.getElementById("shell")) note("shell");
    if (document.querySelector("[data-testid=step]") && !document.querySelector(".progress")) note("picture");
  }).observe(document, { childList: true, subtree: true });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) window.arrival.tasks.push([startTime, duration]);
  }).observe({ type: "longtask", buffered: true });
}

/** One visit, until nothing more is going on; then a few steps. Times in milliseconds since the address was asked
 *  for. */
async function visit(context, url) {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", network);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  await page.addInitScript(watch);
  await page.goto(url);
  await page.waitForFunction(() => window.arrival.picture && !document.querySelector(".script-text"));
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  const loaded = await page.evaluate(() => performance.now());
  for (let n = 0; n < 12; n++) {
    await page.keyboard.press("ArrowRight");
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));
  }
  const { shell, picture, tasks } = await page.evaluate(() => window.arrival);
  await page.close();
  const longest = (of) => Math.max(0, ...of.map(([, duration]) => duration));
  return {
    shell,
    picture,
    loading: longest(tasks.filter(([start]) => start < loaded)),
    stepping: longest(tasks.filter(([start]) => start >= loaded)),
  };
}

const { server, url } = await serve(join(www, "dist"));
let requests = 0;
server.on("request", () => requests++);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags.split(" ") });
try {
  const visits = { first: [], second: [] };
  for (let n = 0; n < ROUNDS; n++) {
    const context = await browser.newContext();
    visits.first.push(await visit(context, url));
    requests = 0;
    visits.second.push(await visit(context, url));
    visits.second.at(-1).requests = requests;
    await context.close();
  }
  console.log(`requests of the second visits that reached the server: ${visits.second.map((one) => one.requests)}`);
  for (const [name, rounds] of Object.entries(visits)) {
    const best = (what) => Math.min(...rounds.map((round) => round[what])).toFixed(0);
    console.log(
      `${name} visit, 10 Mbit/s, processor slowed ${SLOWER} times: shell ${best("shell")} ms, first picture ${best("picture")} ms, longest task while loading ${best("loading")} ms, while stepping ${best("stepping")} ms (0: none over 50)`,
    );
  }
} finally {
  await browser.close();
  server.close();
}
