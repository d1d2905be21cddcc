// "Why?" of every value in the inspector: it goes to the event that set this very value, the answer is on screen, and
// so is the way back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openScript, place, standsAt, step, steps, useBrowser, visit } from "./page.mjs";

useBrowser();

/** Frames, pages, VMAs, slots and processes, each with as many values as there are. */
const script = `machine(#{ frames: 64, swap_slots: 16 });
let p = spawn("shell");
let a = p.mmap(5);
p.touch(a, 3);
p.read(a + 3 * 4096);
note("Words only.");
p.mprotect(a + 4 * 4096, 1, "r");
let c = p.fork();
c.write(a, "hi");
c.mlock(a + 4096, 1);
let s = alloc(4, #{ movable: true });
c.map_run(s);
pin(s);
p.brk(p.brk() + 8192);
let b = p.mmap(3);
p.touch(b, 3);
p.madvise(b, 3, "pageout");
p.read(b, 1);
note("And more words.");
note("The end.");
`;

const rows = (page) =>
  page.locator(".inspector .row").evaluateAll((all) =>
    all.map((row) => [
      row.querySelector("dt").innerText,
      [...row.querySelector("dd").childNodes]
        .filter((node) => node.nodeName !== "DEL")
        .map((node) => node.textContent)
        .join(""),
    ]),
  );

async function toTheEnd(page) {
  await page.keyboard.press("End");
  await standsAt(page, await steps(page));
}

/** What a row says now; null if the thing or the row is not there. */
async function said(page, label) {
  return (await rows(page)).find(([name]) => name === label)?.[1] ?? null;
}

async function micro(page, key) {
  const before = await page.evaluate(() => location.hash);
  await page.keyboard.press(key);
  await page.waitForFunction((old) => location.hash !== old, before, { timeout: 2000 }).catch(() => {});
}

async function inSight(page, locator, what) {
  const box = await locator.boundingBox();
  const { width, height } = page.viewportSize();
  assert.ok(
    box && box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height,
    `${what}: ${JSON.stringify(box)}`,
  );
  const on = await locator.evaluate((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    const top = document.elementFromPoint(x + width / 2, y + height / 2);
    return element === top || element.contains(top) || top?.contains(element);
  });
  assert.ok(on, `${what} lies under nothing`);
}

/** Selects things by clicks, as readers do. */
const subjects = {
  "a page": (page) => page.locator("[data-page^='1:'].frame").first().click(),
  "a page of the child": (page) => page.locator("[data-page^='2:'].writable").first().click(),
  "a page on swap": (page) => page.locator("[data-page^='1:'].swap").first().click(),
  "a slot": (page) => page.locator(".slot.used").first().click(),
  "a VMA": (page) => page.locator("[data-subject^='vma:']").first().click(),
  "a process": (page) => page.locator("[data-subject='process:2']").click(),
  "a page table": (page) => frameOf(page, "[data-page^='1:'].frame", ".walk li:last-child .where .goto-thing"),
  "a frame": (page) => frameOf(page, "[data-page^='1:'].shared", ".walk li:last-child .leads .goto-thing"),
  "a run's frame": (page) => frameOf(page, "[data-page^='2:'].run", ".walk li:last-child .leads .goto-thing"),
};

async function frameOf(page, cell, way) {
  await page.locator(cell).first().click();
  await page.locator(`.inspector ${way}`).last().click();
  await page.getByRole("heading", { name: /^Frame \d+$/ }).waitFor();
}

for (const [what, select] of Object.entries(subjects))
  test(`why? of every value of ${what}`, () =>
    visit({}, async (page) => {
      await openScript(page, script);
      await toTheEnd(page);
      const end = await step(page);
      await select(page);
      await page.locator(".inspector .row").first().waitFor();
      const title = await page.locator("#inspector-title").innerText();
      const labels = await page.locator(".inspector .row:has(.why-button) dt").allInnerTexts();
      assert.ok(labels.length >= 2, `${labels}`);
      for (const label of labels) {
        const value = await said(page, label);
        await page
          .locator(".inspector .row", { has: page.locator(`dt:text-is("${label}")`) })
          .locator(".why-button")
          .click();
        const cause = page.locator(".cause");
        await cause.waitFor();
        await inSight(page, cause, `the answer about ${label}`);
        const words = await cause.innerText();
        assert.ok(words.includes(label), `${label}: ${words}`);
        if (words.includes("Nothing has set it")) continue;
        assert.ok(words.includes(value), `${label} ${value}: ${words}`);
        assert.equal(await said(page, label), value, `${label} is so after the event`);
        await inSight(page, cause.getByRole("button", { name: /^Back to step/ }), `the way back from ${label}`);
        await micro(page, "Shift+ArrowLeft");
        assert.notEqual(await said(page, label), value, `${label} is otherwise before the event`);
        await micro(page, "Shift+ArrowRight");
        await cause.getByRole("button", { name: `Back to step ${end}` }).click();
        await standsAt(page, end);
        assert.equal(await page.locator("#inspector-title").innerText(), title);
        assert.equal(await page.locator(".cause").count(), 0);
      }
    }));

test("a question from an answer: the way back leads step by step", () =>
  visit({}, async (page) => {
    await openScript(page, script);
    await toTheEnd(page);
    const end = await step(page);
    await page.locator("[data-page^='1:'].shared").first().click();
    await page.getByRole("button", { name: /^Why is the PTE entry/ }).click();
    await page.locator(".cause").waitFor();
    const first = await step(page);
    assert.ok(first < end);
    await page.getByRole("button", { name: /^Why is VMA/ }).click();
    await page.waitForFunction((old) => Number(document.querySelector("[data-testid=step]").textContent) < old, first);
    await page.getByRole("button", { name: `Back to step ${first}` }).click();
    await standsAt(page, first);
    await page.getByRole("button", { name: `Back to step ${end}` }).click();
    await standsAt(page, end);
  }));

test("drawings, lists and bytes answer, too", () =>
  visit({}, async (page) => {
    await openScript(page, script);
    await toTheEnd(page);
    await page.locator("[data-page^='2:'].writable:not(.run)").first().click();
    for (const [question, answer] of [
      ["Why does this lead back?", /^The way back\. .*anon_vma \d+ now leads to VMA/],
      ["Why is it mapped by these?", /^What maps it\. entry \d+ of the PTE table .* now maps/],
      ["Why are the bytes these?", /^The bytes\. .*hi/],
    ]) {
      await page.getByRole("button", { name: question }).click();
      const words = await page.locator(".cause p").innerText();
      assert.match(words, answer);
      await page.getByRole("button", { name: /^Back to step/ }).click();
    }
  }));

test("every level of the page tables answers by its name, with five levels, too", () =>
  visit({}, async (page) => {
    await openScript(
      page,
      'machine(#{ frames: 64, geometry: "x86-64-la57" });\nlet p = spawn("shell");\np.touch(p.mmap(1));\nnote("The end.");\n',
    );
    await toTheEnd(page);
    await page.locator("[data-page^='1:'].frame").first().click();
    for (const level of ["PGD", "P4D", "PUD", "PMD", "PTE"]) {
      await page.getByRole("button", { name: new RegExp(`^Why is the ${level} entry`) }).click();
      assert.match(
        await page.locator(".cause p").innerText(),
        new RegExp(`^The entry of the ${level} table\\. .*(${level}|table|maps)`),
      );
      await page.getByRole("button", { name: /^Back to step/ }).click();
    }
  }));

for (const size of [
  [1440, 900],
  [1280, 720],
  [390, 844],
])
  test(`the answer is on screen at ${size.join("x")}, from the last of many values`, () =>
    visit({ size }, async (page) => {
      await openScript(page, script);
      await toTheEnd(page);
      const narrow = size[0] < 1000;
      if (narrow) await place(page, "Memory");
      await page.locator("[data-page^='2:'].writable:not(.run)").first().click();
      if (narrow) await place(page, "Inspect");
      const last = page.locator(".inspector .why-button").last();
      await last.scrollIntoViewIfNeeded();
      await last.click();
      await page.locator(".cause").waitFor();
      await inSight(page, page.locator(".cause p"), "the answer");
      await inSight(page, page.locator(".cause .button"), "the way back");
      await page.locator(".cause .button").click();
      await page.waitForFunction(() => !document.querySelector(".cause"));
    }));

for (const size of [
  [1280, 720],
  [1280, 600],
  [1440, 900],
])
  test(`inspector, allocator and swap disk each have room at ${size.join("x")}`, () =>
    visit({ size }, async (page) => {
      await openScript(page, script);
      await toTheEnd(page);
      await page.locator("[data-page^='2:'].writable:not(.run)").first().click();
      await page.locator(".inspector .row").first().waitFor();
      const { height, bottom } = await page.evaluate(() => {
        const { height, bottom } = document.querySelector(".details").getBoundingClientRect();
        return { height, bottom };
      });
      let end = 0;
      for (const [panel, share] of [
        [".inspector", 0.4],
        [".allocator", 0.28],
        [".swap-disk", 0.16],
      ]) {
        const box = await page.locator(panel).boundingBox();
        assert.ok(box.height >= share * height, `${panel} is ${box.height} px of ${height}`);
        assert.ok(box.y >= end && box.y + box.height <= bottom + 1, `${panel} lies over another`);
        end = box.y + box.height;
      }
      await inSight(page, page.locator(".slot.used").first(), "a slot");
    }));
