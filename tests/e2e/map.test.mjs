// What the map of a step shows: it has the room that nobody else wants; a copy from frame to frame is seen, and what is
// between free and used.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openScript, readTo, useBrowser, visit } from "./page.mjs";

useBrowser();

for (const [lesson, note, frames] of [
  ["a-thousand-children", 1, 8192],
  ["gravity", 8, 256],
])
  test(`${lesson}, note ${note}: where there is no process the map has the room`, () =>
    visit({ view: "", hash: `#lesson=${lesson}`, size: [1280, 720] }, async (page) => {
      await readTo(page, note);
      await page.locator(".processes .hint").waitFor();
      const map = await page.locator(".map canvas").boundingBox();
      const stage = await page.locator(".machine-view").boundingBox();
      assert.ok(map.height > stage.height * 0.5, `${map.height} of ${stage.height} px, for ${frames} frames`);
      const hint = await page.locator(".processes .hint").boundingBox();
      assert.ok(hint.y + hint.height <= stage.y + stage.height, "what is said of processes is in sight");
    }));

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
