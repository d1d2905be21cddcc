// Small machines: the kernel's frames apart are a line below the map, the new geometries show their tables and entries,
// and the TLB says how it is built.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openScript, place, standsAt, steps, useBrowser, visit } from "./page.mjs";

useBrowser();

const script = `machine(#{ frames: 3, kernel: "apart", swap_slots: 4, tlb: #{ entries: 8, ways: 2, replacement: "lru", asid: false } });
let p = spawn("shell");
let a = p.mmap(4);
p.touch(a, 4);
let q = p.fork();
q.exit();
note("The end.");
`;

async function toTheEnd(page) {
  await page.keyboard.press("End");
  await standsAt(page, await steps(page));
}

for (const size of [
  [1440, 900],
  [1280, 720],
  [390, 844],
])
  test(`what is apart is no cell of the map, and led to by its number, at ${size.join("x")}`, () =>
    visit({ size }, async (page) => {
      await openScript(page, script);
      await toTheEnd(page);
      if (size[0] < 1000) await place(page, "Memory");
      const pool = page.getByRole("group", { name: "The kernel’s own frames" });
      assert.equal((await pool.locator("[data-use='table'] b").innerText()).trim(), "4");
      assert.equal((await pool.locator("[data-use='zero'] b").innerText()).trim(), "1");
      assert.match(await page.locator(".memory .panel-head .count").first().innerText(), /^3 frames/);
      const legend = page.getByRole("list", { name: "Frames by use" });
      assert.equal(
        await legend.locator("[data-mark='table']").count(),
        0,
        "tables are not among the frames of the map",
      );
      assert.equal(
        await page.locator(".memory").getByText("changed out of view").count(),
        0,
        "all that changed on the map is in sight",
      );
      await pool.locator("[data-use='table'] button").first().click();
      if (size[0] < 1000) await place(page, "Inspect");
      assert.match(await page.locator(".inspector").innerText(), /Frame 4[\s\S]*table/i);
    }));

test("the TLB says how it is built", () =>
  visit({}, async (page) => {
    await openScript(page, script);
    await toTheEnd(page);
    await page.locator("[data-page^='1:'].frame").first().click();
    const tlb = page.getByRole("group", { name: "TLB", exact: true });
    await tlb.waitFor();
    assert.match(
      await tlb.locator(".facts").innerText(),
      /of 8 entries used; 4 sets of 2 ways, the least recently used goes, emptied at each switch/,
    );
  }));

for (const [geometry, levels] of [
  ["sv39", ["PGD", "PMD", "PTE"]],
  ["linear", ["PTE"]],
])
  test(`each level of ${geometry} answers by its name`, () =>
    visit({}, async (page) => {
      await openScript(
        page,
        `machine(#{ frames: 64, geometry: "${geometry}" });\nlet p = spawn("shell");\np.touch(p.mmap(1));\nnote("The end.");\n`,
      );
      await toTheEnd(page);
      await page.locator("[data-page^='1:'].frame").first().click();
      for (const level of levels) {
        await page.getByRole("button", { name: new RegExp(`^Why is the ${level} entry`) }).click();
        assert.match(await page.locator(".cause p").innerText(), new RegExp(`^The entry of the ${level} table`));
        await page.getByRole("button", { name: /^Back to step/ }).click();
      }
    }));
