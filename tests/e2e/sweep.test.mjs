// A sweep: a field over the machines, a curve for each value of another, the plots, the table, and each machine opened
// from there; cancelled, kept in the link, saved as CSV.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { AxeBuilder, openFile, openScript, place, ready, standsAt, useBrowser, visit } from "./page.mjs";

useBrowser();

/** Pages that do not all fit into a small memory, used again and again. */
const script = `machine(#{ frames: 64, swap_slots: 128 });
let p = spawn("p");
let a = p.mmap(40);
for round in 0..4 { p.touch(a, 40); }
note("done");
`;

const cells = (page) => page.locator(".sweep-table td");
const through = (page) => page.waitForFunction(() => !document.querySelector(".compare-progress"));
const hash = (page) => page.evaluate(() => decodeURIComponent(location.hash));

async function openSweep(page) {
  await page.keyboard.press("c");
  await page.getByRole("button", { name: "Sweep", exact: true }).click();
  await page.getByRole("heading", { name: "Sweep" }).waitFor();
}

/** Fills in the form: two fields with their values, and a counter. */
async function ask(page, [over, values], [by, byValues], counter) {
  const form = page.locator(".sweep-form");
  await form.getByLabel("Rows").selectOption(over);
  await form.getByLabel("their values").first().fill(values);
  await form.getByLabel("Curves").selectOption(by);
  if (by !== "") await form.getByLabel("their values").last().fill(byValues);
  await form.getByLabel("Counter").selectOption(counter);
}

async function run(page) {
  await page.getByRole("button", { name: "Run sweep" }).click();
  await page.locator(".sweep-table").waitFor();
  await through(page);
}

test("a counter over a field, a curve for each value of another; a machine is opened from the table", () =>
  visit({}, async (page) => {
    await openScript(page, script);
    await openSweep(page);
    await ask(page, ["frames", "32,48,64"], ["policy", "fifo,lru"], "disk_writes");
    await run(page);
    assert.equal(await cells(page).count(), 6);
    const counts = (await cells(page).allInnerTexts()).map((text) => Number(text.replaceAll(",", "")));
    assert.ok(counts[0] > 0 && counts[1] > 0, `${counts}: with few frames pages go to the disk`);
    assert.deepEqual(counts.slice(4), [0, 0], "64 frames are enough");
    assert.match(await page.locator(".sweep-table caption").innerText(), /the script was run again on each/);
    assert.equal(await page.locator(".sweep-plot .u-over").count(), 2);
    await page.waitForFunction(() => location.hash.includes("sweep="));
    assert.match(await hash(page), /"over":"frames","values":"32,48,64"/);
    await page.getByTitle("Open frames 32, policy lru beside A").focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() =>
      /frames 32.*policy lru/.test(document.querySelectorAll(".compared h3")[1]?.innerText),
    );
    await page.waitForFunction(() =>
      decodeURIComponent(location.hash).includes('compare=[{"frames":32,"policy":"lru"}]'),
    );
    // The sweep is as it was, until something else is done.
    await page.getByRole("button", { name: "Sweep", exact: true }).click();
    assert.equal(await cells(page).count(), 6);
  }));

test("a click on a point opens that machine; on the plot over time, at that step", () =>
  visit({}, async (page) => {
    await openScript(page, script);
    await openSweep(page);
    await ask(page, ["frames", "32,64"], ["", ""], "faults");
    await run(page);
    const plot = page.locator(".sweep-plot .u-over").first();
    await plot.waitFor();
    const { width, height } = await plot.boundingBox();
    await plot.hover({ position: { x: 8, y: height / 2 } });
    await page.getByText(/^frames 32: .*click to open it beside A/).waitFor();
    await plot.click({ position: { x: 8, y: height / 2 } });
    await page.waitForFunction(() => decodeURIComponent(location.hash).includes('compare=[{"frames":32}]'));
    await page.getByRole("button", { name: "Sweep", exact: true }).click();
    const time = page.locator(".sweep-plot .u-over").last();
    await time.waitFor();
    await time.click({ position: { x: width - 4, y: 4 } });
    await page.waitForFunction(() => document.querySelectorAll(".compared").length === 2);
    await standsAt(page, 7);
  }));

test("what cannot be is said, and what is asked stays in the link", () =>
  visit({}, async (page) => {
    await openScript(page, script);
    await openSweep(page);
    await ask(page, ["frames", "many"], ["policy", "fifo"], "faults");
    await page.getByRole("button", { name: "Run sweep" }).click();
    await page.getByRole("alert").filter({ hasText: "frames cannot be many" }).waitFor();
    await page.locator(".sweep-form").getByLabel("their values").first().fill("2,64");
    await page.getByRole("button", { name: "Run sweep" }).click();
    await page
      .getByRole("alert")
      .getByText(/frames 2, policy fifo: frames: 2 is outside/)
      .waitFor();
    await page.waitForFunction(() => decodeURIComponent(location.hash).includes('"values":"2,64"'));
    await page.reload();
    await ready(page);
    await page.getByRole("heading", { name: "Sweep" }).waitFor();
    assert.equal(await page.locator(".sweep-form").getByLabel("their values").first().inputValue(), "2,64");
  }));

test("a script that ends early on a machine has no value there, and says why", () =>
  visit({}, async (page) => {
    await openScript(page, `machine(#{ frames: 64 });\nlet a = alloc(8);\nfree(a, 8);\n`);
    await openSweep(page);
    await ask(page, ["max_order", "2,5"], ["", ""], "allocations");
    await run(page);
    assert.deepEqual(await cells(page).allInnerTexts(), ["ended", "1"]);
    assert.match(await page.locator(".sweep-ended").innerText(), /max_order 2: ended early, line 2: alloc/);
  }));

test("cancelled by button and key; what was counted stays", () =>
  visit({}, async (page) => {
    const trace = Array.from({ length: 60_000 }, (_, n) => (n * n) % 997).join(" ");
    await openFile(page, "many.refs", trace);
    await page.getByText("60,000 references").waitFor();
    await ready(page);
    await page.getByRole("button", { name: "Sweep over sizes" }).click();
    await ask(page, ["frames", "4..512"], ["policy", "fifo,lru,arc,sieve,lfu,clock"], "disk_reads");
    await page.getByRole("button", { name: "Run sweep" }).click();
    await page.waitForFunction(() => /[1-9]\d* of 96 machines/.test(document.body.innerText));
    await page.getByRole("button", { name: "Cancel" }).click();
    await through(page);
    assert.ok((await cells(page).allInnerTexts()).includes("…"));
    await page.getByRole("button", { name: "Run sweep" }).click();
    await page.locator(".compare-progress").waitFor();
    await page.locator(".sweep-body").focus();
    await page.keyboard.press("Escape");
    await through(page);
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await page.getByRole("heading", { name: "Physical memory" }).waitFor();
  }));

test("the table as CSV", () =>
  visit({}, async (page) => {
    await openScript(page, script);
    await openSweep(page);
    await ask(page, ["frames", "32,64"], ["policy", "fifo,lru"], "signals");
    await run(page);
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "CSV" }).click(),
    ]);
    assert.equal(await readFile(await file.path(), "utf8"), "frames,policy=fifo,policy=lru\n32,0,0\n64,0,0\n");
  }));

for (const [size, theme] of [
  [[1440, 900], "light"],
  [[1280, 720], "dark"],
  [[390, 844], "light"],
])
  test(`it fits and is accessible at ${size.join(" x ")}, ${theme}`, () =>
    visit({ size, theme }, async (page) => {
      await openScript(page, script);
      await openSweep(page);
      if (size[0] < 500) await place(page, "Memory");
      await ask(page, ["frames", "32,40,48,64"], ["policy", "fifo,lru"], "disk_writes");
      await run(page);
      await page.locator(".sweep-plot .u-over").first().waitFor();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      assert.ok(!wide, "nothing is wider than the window");
      const { violations } = await new AxeBuilder({ page }).include(".sweep").analyze();
      assert.deepEqual(
        violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
        [],
      );
    }));
