// The cells of pages: of a long area each has its place, but only those that can be seen have a number and signs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openScript, useBrowser, visit } from "./page.mjs";

useBrowser();

const AREA = "machine(#{ frames: 512 }); let p = spawn(); let a = p.mmap(190); p.touch(a, 190); p.touch(a, 1);";

for (const view of ["reading", "working"])
  test(`cells far from the screen are bare until they are scrolled to, in the ${view} view`, () =>
    visit({ size: [1280, 720], view }, async (page) => {
      await openScript(page, `${AREA} p.fork(); p.fork();`);
      await page.keyboard.press("End");
      const cells = page.locator("[data-strip='1'] .page");
      const filled = page.locator("[data-strip='1'] .page:has(.page-number)");
      await cells.last().waitFor({ state: "attached" });
      assert.equal(await cells.count(), 190);
      assert.ok((await filled.count()) < 190, "not all are drawn");
      assert.equal(await cells.last().locator("*").count(), 0);
      // Bare, it says what it is to who does not see it.
      assert.match((await cells.last().getAttribute("aria-label")) ?? "", /a\[189\].*frame \d+/);
      await cells.last().scrollIntoViewIfNeeded();
      await cells.last().locator(".sign.at-pte-dirty").waitFor({ state: "attached" });
      assert.equal(await cells.last().locator(".page-number").textContent(), "189");
      // What can be seen has all of it.
      const empty = await cells.evaluateAll((all) => {
        const room = document.querySelector(".strips").getBoundingClientRect();
        const seen = (box) => box.bottom > room.top && box.top < room.bottom;
        return all.filter((cell) => seen(cell.getBoundingClientRect()) && !cell.firstElementChild).length;
      });
      assert.equal(empty, 0);
    }));

test("a sign in a cell has the painter's shape, in its corner and in the colour for its ground", () =>
  visit({ size: [1280, 720] }, async (page) => {
    await openScript(page, AREA);
    await page.keyboard.press("End");
    const first = page.locator(".strips .page").first();
    const looks = await first.evaluate((cell) => {
      const at = cell.getBoundingClientRect();
      return [...cell.querySelectorAll(".sign")].map((sign) => {
        const { left, top, width } = sign.getBoundingClientRect();
        const { backgroundImage, color } = getComputedStyle(sign);
        return { x: left - at.left < at.width / 2, y: top - at.top < at.height / 2, width, backgroundImage, color };
      });
    });
    assert.deepEqual(
      looks.map(({ x, y }) => [x, y]),
      [
        [true, true],
        [true, false],
      ],
    );
    for (const { backgroundImage, width } of looks) {
      assert.equal(backgroundImage.match(/linear-gradient/g)?.length, 5);
      assert.equal(width % 5, 0);
    }
    const ground = await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--on-anon"));
    const rgb = await page.evaluate((color) => {
      const probe = document.createElement("i");
      probe.style.color = color;
      document.body.append(probe);
      return getComputedStyle(probe).color;
    }, ground);
    assert.equal(looks[0].color, rgb);
  }));
