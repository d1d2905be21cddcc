// One mark, one meaning: the legends list what is on show and light it up; the map says where low addresses are;
// emphasis in notes; forced colours.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AxeBuilder, openScript, place, standsAt, steps, useBrowser, visit } from "./page.mjs";

useBrowser();

const script = `machine(#{ frames: 64, swap_slots: 16 });
let p = spawn("shell");
let a = p.mmap(6);
p.touch(a, 3);
p.read(a + 3 * 4096);
let c = p.fork();
c.write(a, "mine");
p.mlock(a + 4096, 1);
pin(alloc(3));
let b = p.mmap(4);
p.touch(b, 4);
p.madvise(b, 2, "pageout");
note("One is *not* like **the other**: \`a*b*c\`, 2 * 3 * 4, rb_tree_of and <b>bold</b>.");
`;

const entries = (page, name) =>
  page
    .getByRole("list", { name })
    .locator("li[data-mark]")
    .evaluateAll((all) => all.map((one) => one.dataset.mark));

/** The map's pixels, after its next painting. */
async function picture(page) {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  return page.locator(".memory .map canvas").evaluate((canvas) => canvas.toDataURL());
}

test("the legends list what is on show, and nothing else", () =>
  visit({}, async (page) => {
    await openScript(page, script);
    await page.keyboard.press("End");
    await page.locator(".legend [data-mark=pinned]").waitFor();
    const cells = await entries(page, "Signs of pages");
    const drawn = await page
      .locator("button.page")
      .evaluateAll((all) => [...new Set(all.flatMap((cell) => [...cell.classList]))]);
    for (const mark of [
      "untouched",
      "writable",
      "read-only",
      "zero",
      "swap",
      "shared",
      "pte-dirty",
      "accessed",
      "locked",
    ])
      assert.ok(cells.includes(mark) && drawn.includes(mark), `${mark}: ${cells}`);
    for (const mark of cells) assert.ok(drawn.includes(mark) || mark === "changed", `${mark} is on some cell`);
    const map = await entries(page, "Frames by use");
    for (const mark of ["free", "table", "anon", "zero", "run", "count", "locked", "pinned", "changed"])
      assert.ok(map.includes(mark), `${mark}: ${map}`);
    for (const mark of ["file", "hole", "sought", "moved", "selected", "dirty"])
      assert.ok(!map.includes(mark), `no ${mark}: ${map}`);
    await page.locator("[data-page^='1:'].shared").first().click();
    await page.locator(".legend [data-mark=linked]").waitFor();
    await page.keyboard.press("Home");
    await page.keyboard.press("Escape");
    await page.locator(".legend [data-mark=pinned]").waitFor({ state: "detached" });
    // The jump there took every page away, which is marked until the next step.
    assert.deepEqual(
      (await entries(page, "Signs of pages")).filter((mark) => mark !== "changed"),
      [],
    );
  }));

/** Where everything that can be pointed at stands. */
const places = (page) =>
  page.evaluate(() =>
    // What is out of view is counted where nothing else stands.
    [...document.querySelectorAll("button:not(.chip), canvas, [data-page], [data-subject]")].map((one) => {
      const { x, y, width, height } = one.getBoundingClientRect();
      return [one.className || one.tagName, x, y, width, height].join(" ");
    }),
  );

// What moved under the pointer would be missed by the click.
for (const size of [
  [1440, 900],
  [1280, 720],
])
  test(`pointing at things moves nothing, at ${size.join("x")}`, () =>
    visit({ size }, async (page) => {
      await openScript(page, script);
      await page.keyboard.press("End");
      await standsAt(page, await steps(page));
      await page.mouse.move(1, 1);
      await picture(page);
      const before = await places(page);
      for (const thing of [
        "[data-page^='1:'].frame",
        "[data-page^='1:'].swap",
        "[data-subject^='vma:']",
        "[data-subject='process:1']",
        ".slot.used",
        ".memory .map canvas",
        ".allocator .goto-thing",
      ]) {
        await page.locator(thing).first().hover();
        await picture(page);
        await picture(page);
        assert.deepEqual(await places(page), before, `pointing at ${thing}`);
      }
    }));

test("a sign has the same shape in cells and legends, one place each", () =>
  visit({}, async (page) => {
    await openScript(page, script);
    await page.keyboard.press("End");
    const shapes = await page.locator(".page .sign").evaluateAll((all) =>
      all.map((sign) => {
        const { backgroundImage, color } = getComputedStyle(sign);
        return [sign.classList[1], backgroundImage.replaceAll(color, "ink")];
      }),
    );
    const byName = new Map(shapes);
    for (const [name, shape] of shapes) assert.equal(shape, byName.get(name));
    for (const shape of byName.values()) assert.match(shape, /ink/);
    assert.equal(new Set(byName.values()).size, byName.size, "no two are alike");
    for (const name of ["at-shared", "at-pte-dirty", "at-accessed", "at-locked"]) assert.ok(byName.has(name), name);
  }));

test("pointing at a line of the legend lights up all of its kind", () =>
  visit({}, async (page) => {
    await openScript(page, script);
    await page.keyboard.press("End");
    await page.mouse.move(5, 5);
    const before = await picture(page);
    for (const mark of ["shared", "pte-dirty", "locked", "zero"]) {
      const line = page.getByRole("list", { name: "Signs of pages" }).locator(`[data-mark=${mark}]`);
      await line.hover();
      await page.waitForFunction((mark) => {
        const lit = [...document.querySelectorAll("button.page[data-linked]")];
        const all = [...document.querySelectorAll(`button.page.${mark}`)];
        return all.length > 0 && lit.length === all.length && all.every((cell) => lit.includes(cell));
      }, mark);
    }
    assert.equal(await page.locator(".links g").count(), 0, "no lines");
    for (const mark of ["anon", "pinned", "table"]) {
      await page.getByRole("list", { name: "Frames by use" }).locator(`[data-mark=${mark}] button`).focus();
      const lit = await picture(page);
      assert.notEqual(lit, before, `${mark} is ringed`);
    }
    await page.locator("body").click({ position: { x: 5, y: 5 } });
    await page.waitForFunction(() => !document.querySelector("button.page[data-linked]"));
    assert.equal(await picture(page), before);
  }));

test("the map says where low addresses are; they may be at the bottom, and stay so", () =>
  visit({}, async (page) => {
    await openScript(page, script);
    await page.keyboard.press("End");
    const ends = () => page.locator(".memory .ends span").allInnerTexts();
    assert.deepEqual(await ends(), ["low", "high"]);
    const canvas = page.locator(".memory .map canvas");
    const box = await canvas.boundingBox();
    const over = async (x, y) => {
      await page.mouse.move(x, y);
      return page.locator(".readout b").innerText();
    };
    const top = await over(box.x + box.width / 2, box.y + 20);
    assert.match(top, /^Frame \d$/);
    await page.keyboard.press("u");
    await page.waitForFunction(() => document.querySelector(".memory .ends").innerText.startsWith("high"));
    assert.deepEqual(await ends(), ["high", "low"]);
    await page.mouse.move(5, 5);
    const bottom = await over(box.x + box.width / 2, box.y + box.height - 20);
    assert.equal(bottom, top, "what was at the top is at the bottom");
    // The line ends at the frame's cell, wherever that is.
    await page.locator("[data-page^='1:'].shared").first().click();
    await page.locator(".links g circle").first().waitFor();
    const pfn = Number(
      (await page.locator(".walk > li").last().locator(".leads .goto-thing").innerText()).match(/frame (\d+)/)[1],
    );
    const line = await page.locator(".links g circle").first().boundingBox();
    assert.equal(await over(line.x + line.width / 2, line.y + line.height / 2), `Frame ${pfn}`);
    assert.equal(
      await page.getByRole("button", { name: "Low addresses at the bottom" }).getAttribute("aria-pressed"),
      "true",
    );
    // All machines of a comparison, too.
    await page.keyboard.press("c");
    await page.locator(".compared .ends.upwards").nth(1).waitFor();
    await page.keyboard.press("c");
    await page.reload();
    await page.locator(".memory .ends.upwards").waitFor();
  }));

test("emphasis in notes; text stays text", () =>
  visit({}, async (page) => {
    await openScript(page, script);
    await page.keyboard.press("End");
    const note = page.locator(".lesson-text p").first();
    assert.equal(await note.innerText(), "One is not like the other: a*b*c, 2 * 3 * 4, rb_tree_of and <b>bold</b>.");
    assert.deepEqual(
      [
        await note.locator("em").allInnerTexts(),
        await note.locator("strong").allInnerTexts(),
        await note.locator("code").allInnerTexts(),
      ],
      [["not"], ["the other"], ["a*b*c"]],
    );
    assert.equal(await note.locator("b").count(), 0);
  }));

for (const theme of ["light", "dark"])
  test(`forced colours, ${theme}: writable, read-only, shared and swapped tell apart`, () =>
    visit({ theme, forcedColors: "active" }, async (page) => {
      await openScript(page, script);
      await page.keyboard.press("End");
      const looks = await page.evaluate(() => {
        const look = (selector) => {
          const cell = document.querySelector(`button.page${selector}`);
          const { backgroundColor, backgroundImage, borderStyle } = getComputedStyle(cell);
          const signs = [...cell.querySelectorAll(".sign")].map(
            (sign) => `${sign.classList[1]} ${getComputedStyle(sign).color !== backgroundColor}`,
          );
          return JSON.stringify([
            backgroundColor,
            backgroundImage.slice(0, 20),
            borderStyle,
            signs.filter((sign) => /shared/.test(sign)),
          ]);
        };
        return [
          ".writable:not(.shared)",
          ".read-only:not(.shared)",
          ".shared:not(.swap)",
          ".swap",
          ".zero",
          ".untouched",
        ].map(look);
      });
      assert.equal(new Set(looks).size, looks.length, looks.join("\n"));
      assert.ok(!looks.some((look) => look.includes("false")), `signs stand out from what is below them: ${looks}`);
      await page.locator(".links").evaluate((lines) => (lines.style.display = "none"));
      const { violations } = await new AxeBuilder({ page }).analyze();
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target)}`),
        [],
      );
    }));

for (const theme of ["light", "dark"])
  test(`chips that jump can be read, ${theme}, those without a place to go as well`, () =>
    visit({ theme }, async (page) => {
      const low = await page.locator(".jumps .button").evaluateAll((all) => {
        const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
        const luminance = (color) => {
          context.fillStyle = color;
          context.fillRect(0, 0, 1, 1);
          const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].map((n) =>
            n / 255 <= 0.04045 ? n / 255 / 12.92 : ((n / 255 + 0.055) / 1.055) ** 2.4,
          );
          return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
        };
        const ratio = (a, b) => Math.max(luminance(a), luminance(b)) / Math.min(luminance(a), luminance(b));
        const panel = getComputedStyle(document.querySelector(".timeline")).backgroundColor;
        return all.flatMap((chip) => {
          const [text, sign] = [
            ratio(getComputedStyle(chip).color, panel),
            ratio(getComputedStyle(chip.querySelector(".tick-sign")).backgroundColor, panel),
          ];
          return text < 4.5 || sign < 3 ? [`${chip.innerText} ${text.toFixed(1)} ${sign.toFixed(1)}`] : [];
        });
      });
      assert.deepEqual(low, []);
    }));

for (const size of [
  [1440, 900],
  [390, 844],
])
  test(`legends and the map's ends are accessible at ${size.join("x")}`, () =>
    visit({ size }, async (page) => {
      await openScript(page, script);
      await page.keyboard.press("End");
      if (size[0] < 1000) await place(page, "Memory");
      await page.locator(".legend").first().waitFor();
      await page.locator(".links").evaluate((lines) => (lines.style.display = "none"));
      const { violations } = await new AxeBuilder({ page }).analyze();
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target)}`),
        [],
      );
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    }));
