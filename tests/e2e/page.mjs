// What all journeys share: the built page behind its own server, a real Chromium, and no patience for errors that only
// the browser's console hears of.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";

const www = new URL("../../www/", import.meta.url);
// The packages belong to www/, so they are looked for there.
export const require = createRequire(new URL("package.json", www));
const { chromium } = require("playwright-core");
export const { AxeBuilder } = require("@axe-core/playwright");
const { serve } = await import(new URL("serve.mjs", www));

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

let browser;
let site;

/** Starts server and browser for a test file; `root` is served instead of the built page. */
export function useBrowser({ root = fileURLToPath(new URL("dist", www)) } = {}) {
  before(async () => {
    site = await serve(root);
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags });
  });
  after(async () => {
    await browser?.close();
    site?.server.close();
  });
}

/** The address that is served, with a slash at its end. */
export const serving = () => site.url;

/** Opens the page, hands it to `journey`, and fails if anything was complained of in the browser's console, unless it
 *  may be. `view`: which of its two views it has, "" as on a first visit, when the tour is offered, too; `site`: of
 *  another server; `init`: a script to run in the page before its own; `before`: called before the page is asked for,
 *  `arriving`: before it is whole. */
export async function visit(options, journey) {
  const {
    site: from = site.url,
    path = "",
    hash = "",
    size = [1440, 900],
    theme = "light",
    view = "working",
    init,
    mayComplain = false,
    before,
    arriving,
    ...more
  } = options;
  const context = await browser.newContext({
    viewport: { width: size[0], height: size[1] },
    colorScheme: theme,
    reducedMotion: "reduce",
    // It would fetch every file of the page for each journey.
    serviceWorkers: "block",
    ...more,
  });
  if (view)
    await context.addInitScript((chosen) => {
      localStorage.setItem("pageturner-view", chosen);
      localStorage["pageturner-tour"] ??= "no";
    }, view);
  if (init) await context.addInitScript(init);
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    const blocked = message.text() === "Service Worker registration blocked by Playwright";
    if (["error", "warning"].includes(message.type()) && !blocked) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  try {
    await before?.(page);
    await page.goto(from + path + hash, { waitUntil: arriving ? "commit" : "load" });
    await arriving?.(page);
    await ready(page);
    await journey(page);
    if (!mayComplain) assert.deepEqual(complaints, [], "the browser's console is silent");
  } finally {
    await context.close();
  }
}

/** Until a machine is on show, no job is running, and what comes later has come: the editor. */
export async function ready(page) {
  await page.waitForFunction(
    () =>
      document.querySelector("[data-testid=step]") &&
      !document.querySelector(".app[aria-busy=true]") &&
      !document.querySelector(".progress") &&
      !document.querySelector(".script-text"),
  );
}

/** The number of the step the page stands at. */
export async function step(page) {
  return Number((await page.getByTestId("step").innerText()).replaceAll(",", ""));
}

/** Waits for the page to stand at a step. */
export async function standsAt(page, number) {
  await page.waitForFunction(
    (n) => document.querySelector("[data-testid=step]")?.textContent === n,
    number.toLocaleString("en"),
  );
}

/** How many steps there are. */
export async function steps(page) {
  return Number(await page.getByRole("slider", { name: "Step" }).getAttribute("max"));
}

/** Runs a script of one's own, opened as a file. */
export async function openScript(page, text, name = "test.rhai") {
  await openFile(page, name, text);
  await isOpen(page, name);
  await ready(page);
}

/** Waits for this title to stand beside the button of the lessons. */
export async function isOpen(page, title) {
  await page.waitForFunction((title) => document.querySelector(".opened")?.textContent.trim() === title, title);
}

/** Waits for this lesson to be on show, or its changed text. */
export async function lessonIsOpen(page, id) {
  await page.waitForFunction(
    (id) => document.querySelector(".picker")?.dataset.lesson === id && !document.querySelector(".progress"),
    id,
  );
}

/** Chooses a lesson from the index, by its title. */
export async function chooseLesson(page, title) {
  await page.getByRole("button", { name: "Lessons", exact: true }).click();
  const entries = page.getByRole("dialog", { name: "Lessons", exact: true }).locator(".entry");
  await entries.filter({ has: page.locator(".entry-title").getByText(title, { exact: true }) }).click();
}

/** Reads a lesson on, note by note, to the one of this number. */
export async function readTo(page, number) {
  const place = () => Number.parseInt(document.querySelector(".lesson .panel-head .count").textContent, 10);
  for (let at = await page.evaluate(place); at < number; at++) {
    await page.locator(".onwards .next").click();
    await page.waitForFunction(
      (before) => Number.parseInt(document.querySelector(".lesson .panel-head .count").textContent, 10) > before,
      at,
    );
  }
}

/** Gives a file to the picker. */
export async function openFile(page, name, text) {
  await page.locator("input[type=file]").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
}

/** Fails if a rule of accessibility is broken in what `within` selects. */
export async function isAccessible(page, within) {
  const { violations } = await new AxeBuilder({ page }).include(within).analyze();
  assert.deepEqual(
    violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
    [],
  );
}

/** On narrow screens: the tab of this name. */
export async function place(page, name) {
  await page.getByRole("navigation", { name: "Panels" }).getByRole("button", { name }).click();
}

/** A small history with something of everything: faults, a fork, a copy, a swap-out, a failure, notes. */
export const sample = `machine(#{ frames: 64, swap_slots: 32 });
note("One process, four pages.");
let p = spawn("shell");
let a = p.mmap(4);
p.touch(a, 4);
note("Now there are two.");
let c = p.fork();
c.write(a + 3 * 4096, "hi");
reclaim(1);
p.munmap(a + 1, 1);
ask("How many copies were made?", "One: the child wrote to one page.");
expect(counter("pages_copied") == 1, "one page was copied");
`;
