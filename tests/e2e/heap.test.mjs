// Programs' heaps on the page: what lies in their pages, what a call read and wrote, the page directory made anew, and
// calls made by hand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isAccessible, openScript, useBrowser, visit } from "./page.mjs";

useBrowser();

const HEAP = `let p = spawn("p"); let h = p.heap("phk"); let a = h.malloc(100); let b = h.malloc(5000); h.free(b);`;

test("each page of a heap shows what lies in it, the words that the last call touched, and its frame", () =>
  visit({ size: [1440, 900], view: "working" }, async (page) => {
    await openScript(page, HEAP);
    await page.keyboard.press("End");
    const panel = page.getByRole("region", { name: "Heap" });
    await panel.waitFor();
    const pages = panel.locator(".heap-page");
    assert.ok((await pages.count()) >= 6);
    assert.match((await panel.locator(".heap-addr b").allTextContents()).join(), /page directory.*static variables/);
    // The freed run's pages are drawn as free, and no word in them was touched.
    const free = panel.locator(".heap-page", { has: page.locator("[aria-label='free (4,096 bytes)']") });
    assert.ok((await free.count()) >= 2);
    assert.equal(await free.locator(".word").count(), 0);
    assert.ok((await panel.locator(".heap-page.touched .word.written").count()) > 0);
    // A page's frame leads to it.
    await panel
      .locator(".heap-place", { hasText: /^frame/ })
      .first()
      .click();
    await page.locator(".inspector", { hasText: "frame" }).first().waitFor();
  }));

test("a block is given and freed by hand, and what the allocator prints is shown", () =>
  visit({ size: [1440, 900], view: "working" }, async (page) => {
    await openScript(page, HEAP);
    await page.keyboard.press("End");
    const panel = page.getByRole("region", { name: "Heap" });
    await panel.getByRole("spinbutton", { name: "bytes" }).fill("300");
    await panel.getByRole("button", { name: "malloc(300)" }).click();
    await panel.locator("h3 .count", { hasText: "2 blocks, 400 bytes" }).waitFor();
    await panel.getByLabel("A block to free").selectOption({ index: 1 });
    await panel.getByRole("button", { name: /^free/ }).click();
    await panel.locator("h3 .count", { hasText: "1 block" }).waitFor();
  }));

test("a directory made anew lies elsewhere", () =>
  visit({ size: [1440, 900], view: "working" }, async (page) => {
    await openScript(page, `let p = spawn("p"); let h = p.heap("phk"); for n in 0..20 { h.malloc(32 * PAGE); }`);
    const panel = page.getByRole("region", { name: "Heap" });
    const directory = panel.locator(".heap-page", { hasText: "page directory" }).first().locator(".heap-addr");
    await page.keyboard.press("End");
    const last = await directory.textContent();
    await panel.locator(".heap-cost", { hasText: "once" }).waitFor();
    for (let n = 0; n < 8; n++) await page.keyboard.press("ArrowLeft");
    await panel.locator(".heap-cost", { hasText: "0 times" }).waitFor();
    assert.notEqual(await directory.textContent(), last);
  }));

test("damage is said", () =>
  visit({ size: [1440, 900], view: "working" }, async (page) => {
    await openScript(
      page,
      `let p = spawn("p"); let h = p.heap("dl"); let a = h.malloc(24); h.malloc(24); p.write(a, blob(40, 65));`,
    );
    await page.keyboard.press("End");
    await page.locator(".heap-damage li", { hasText: "the header of the block" }).waitFor();
  }));

for (const size of [
  [1440, 900],
  [1280, 720],
  [390, 844],
])
  for (const theme of ["light", "dark"])
    test(`the heap passes axe at ${size.join("x")}, ${theme}`, () =>
      visit({ size, theme, view: "working" }, async (page) => {
        await openScript(page, HEAP);
        await page.keyboard.press("End");
        await page.locator(".panel.heap").waitFor({ state: "attached" });
        await isAccessible(page, ".panel.heap");
      }));
