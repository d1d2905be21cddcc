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

const compacted = `machine(#{ frames: 128, allocator: "heap_top" });
let a = alloc(20, #{ movable: true });
let b = alloc(6, #{ movable: true });
free(a);
compact();
`;

test("in a compaction each copy has an arrow, and what was claimed for it is marked as taken", () =>
  visit({}, async (page) => {
    await openScript(page, compacted);
    await page.keyboard.press("End");
    const marks = () =>
      page.locator(".memory .legend [data-mark]").evaluateAll((all) => all.map((one) => one.dataset.mark));
    const parts = () =>
      page.locator(".heap-bar .stretch").evaluateAll((all) => all.map((one) => one.className.split(" ")[1]));
    const atRest = await parts();
    assert.ok(!atRest.includes("taken"), `${atRest}`);
    await page.keyboard.press("ArrowLeft");
    let copies = 0;
    for (let done = false; !done; ) {
      await page.keyboard.press("Shift+ArrowRight");
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      const told = await page.locator(".happening .told").innerText();
      done = !/^[A-Z]/.test(told);
      const copying = /the bytes of frame \d+ are copied to/.test(told);
      assert.equal((await marks()).includes("copied"), copying, told);
      if (!copying) continue;
      copies++;
      assert.ok((await marks()).includes("between"), "the new place is marked");
      assert.ok((await parts()).includes("taken"), "and in the bar");
    }
    assert.equal(copies, 6);
    assert.deepEqual(await parts(), atRest);
    assert.ok(!(await marks()).includes("between"));
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
