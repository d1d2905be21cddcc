// The lines between frames, pages and slots: few and whole, or many and faint; each kind with a look of its own, which
// the legend of lines shows as long as one is drawn.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isAccessible, openScript, readTo, useBrowser, visit } from "./page.mjs";

useBrowser();

const wires = (page) => page.locator(".links g[data-link]");
const legend = (page) => page.locator(".lines-legend li").evaluateAll((all) => all.map((one) => one.dataset.line));

/** How each line is drawn. */
const looks = (page) =>
  wires(page).evaluateAll((all) =>
    all.map((one) => {
      const { strokeWidth, strokeDasharray, opacity } = getComputedStyle(one.querySelector(".wire"));
      return {
        name: one.dataset.link,
        stroke: `${strokeWidth} ${strokeDasharray} ${opacity}`,
        ends: one.querySelectorAll("circle, .cross").length,
        halo: one.querySelectorAll(".halo").length,
      };
    }),
  );

for (const [lesson, note] of [
  ["printing-from-netscape", 4],
  ["large-areas", 3],
])
  test(`${lesson}, note ${note}: many lines are thin, cover nothing, and lead to what can be seen`, () =>
    visit({ view: "", hash: `#lesson=${lesson}`, size: [1280, 720] }, async (page) => {
      await readTo(page, note);
      await page.locator(".links .faint").first().waitFor();
      const all = await looks(page);
      assert.ok(all.length > 6, `${all.length} lines`);
      for (const { stroke, ends, halo } of all) assert.deepEqual([stroke, ends, halo], ["1px none 0.5", 0, 0]);
      const below = await page.evaluate(() => {
        const { bottom } = document.querySelector(".strips").getBoundingClientRect();
        return [...document.querySelectorAll(".links .wire")].filter(
          (one) => one.getBoundingClientRect().bottom > bottom + 1,
        ).length;
      });
      assert.equal(below, 0, "none goes on below the pages");
    }));

test("of many lines that mostly lead out of sight, the few others are whole", () =>
  visit({ view: "", hash: "#lesson=four-ways-home", size: [1280, 720] }, async (page) => {
    await readTo(page, 3);
    await wires(page).first().waitFor();
    const all = await looks(page);
    assert.ok(all.length > 0 && all.length <= 6, `${all.length} lines`);
    for (const { ends, halo } of all) assert.deepEqual([ends, halo], [2, 1]);
    assert.match(await page.locator(".processes .chip").innerText(), /^\d+ linked out of view$/);
  }));

/** Without a reverse map a search looks at every page, most of which are in other frames. */
const scanned = `machine(#{ frames: 64, swap_slots: 32, rmap: "none" });
let p = spawn("p");
p.touch(p.mmap(3), 3);
let q = p.fork();
q.touch(q.mmap(2), 2);
reclaim(1);
`;

test("the PTE that a search looks at has a line of its own look, whether it maps the frame or not", () =>
  visit({}, async (page) => {
    await openScript(page, scanned);
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    const kinds = new Map();
    for (let n = 0; n < 40 && kinds.size < 2; n++) {
      await page.keyboard.press("Shift+ArrowRight");
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      const visit = (await looks(page)).find(({ name }) => name === "visit");
      if (!visit) continue;
      const kind = (await page.locator('.links [data-link="visit"]').getAttribute("class")).split(" ")[1];
      if (kinds.has(kind)) continue;
      const crosses = await page.locator(".links .cross").count();
      kinds.set(kind, { stroke: visit.stroke, crosses });
      assert.ok((await legend(page)).includes(kind), `${kind} is in the legend`);
      // Where the page that does not map the frame does lead: no mapping looks like that.
      if (kind === "not-found") {
        assert.ok((await legend(page)).includes("elsewhere"));
        assert.match((await looks(page)).find(({ name }) => name !== "visit").stroke, /^1.25px 2px, 3px/);
      }
      await isAccessible(page, ".processes");
    }
    assert.deepEqual([...kinds.keys()].sort(), ["found", "not-found"]);
    assert.deepEqual([kinds.get("found").crosses, kinds.get("not-found").crosses], [0, 1]);
    assert.notEqual(kinds.get("found").stroke, kinds.get("not-found").stroke);
  }));

test("the legend has the kinds of lines that are drawn, while they are", () =>
  visit({}, async (page) => {
    await openScript(page, `let p = spawn("p");\nlet a = p.mmap(2);\np.touch(a, 2);\nlet q = p.fork();\nq.touch(a);\n`);
    await page.keyboard.press("End");
    await page.mouse.move(2, 2);
    assert.deepEqual(await legend(page), []);
    const box = () => page.locator(".strips").boundingBox();
    const before = await box();
    const pages = page.locator("[data-strip='1'] .page");
    await pages.nth(1).hover();
    await page.locator('.lines-legend [data-line="read-only"]').waitFor();
    assert.deepEqual(await legend(page), ["read-only"]);
    assert.deepEqual(await box(), before, "nothing moves under the pointer");
    await page.locator("[data-strip='2'] .page").nth(0).hover();
    await page.locator('.lines-legend [data-line="writable"]').waitFor();
    assert.deepEqual(await legend(page), ["writable"]);
    await page.mouse.move(2, 2);
    await page.locator(".lines-legend").waitFor({ state: "detached" });
  }));
