// What the map of a step shows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openScript, useBrowser, visit } from "./page.mjs";

useBrowser();

test("a micro-step at a table lights up the table, not all that its entries lead to", () =>
  visit({}, async (page) => {
    await openScript(page, `let p = spawn("p");\nlet a = p.mmap(9);\np.touch(a, 8);\np.touch(a + 8 * PAGE);\n`);
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    for (let n = 0; n < 40; n++) {
      await page.keyboard.press("Shift+ArrowRight");
      const told = await page.locator(".happening .told").innerText();
      if (/entry \d+ of the PTE table/.test(told)) break;
    }
    assert.match(await page.locator(".happening .told").innerText(), /entry \d+ of the PTE table/);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    assert.ok((await page.locator(".links g[data-link]").count()) <= 1);
    assert.ok((await page.locator(".strips .page[data-linked]").count()) <= 1);
  }));
