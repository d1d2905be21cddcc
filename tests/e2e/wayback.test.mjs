// The way back from a frame: drawn per scheme with its cost, and walked by an unmapping, one visit a micro-step.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AxeBuilder, openScript, place, useBrowser, visit } from "./page.mjs";

useBrowser();

/** A family of three that shares two pages, a stranger, and a reclaim that looks for the first page's three PTEs. */
const family = (settings) => `machine(#{ frames: 64, swap_slots: 32, ${settings} });
let p = spawn("server");
let a = p.mmap(2);
p.touch(a, 2);
let b = p.fork();
let c = b.fork();
let q = spawn("other");
q.touch(q.mmap(3), 3);
reclaim(1);
`;

/** The stack grows, so an offset from vm_start goes stale; the swap-out finds out. */
const stack = `machine(#{ rmap: "vma_offset", offset_from: "vm_start", frames: 64, swap_slots: 8 });
let p = spawn("p");
let top = 0xbfffe000;
p.mmap(#{ addr: top, pages: 2, flags: ["private", "anonymous", "fixed", "growsdown"] });
p.touch(top + 0x1000);
p.touch(top - 0x1000);
p.madvise(top + 0x1000, 1, "pageout");
`;

/** A file in 24 pieces, one of which is thrown out. */
const pieces = (rmap) => `machine(#{ frames: 128, rmap: "${rmap}" });
let p = spawn("p");
for n in 0..24 { p.mmap(#{ addr: 0x1000000 + n * 0x10000, pages: 1, flags: ["shared", "fixed"], file: "data", pgoff: n }); }
p.touch(0x1070000);
p.madvise(0x1070000, 1, "pageout");
`;

const searching = (page) => page.locator(".searching");

/** To the state before the last step. */
async function beforeTheLast(page, script) {
  await openScript(page, script);
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  await page.waitForFunction(() => !document.querySelector("[aria-label='One step forward']").disabled);
}

/** To the unmapping of the first victim: its page is on the disk by then. */
async function toTheUnmapping(page) {
  await micro(page);
  const unfold = page.getByRole("button", { name: "Unfold all" });
  if (await unfold.count()) await unfold.click();
  await page.locator(".micro ol button", { hasText: "the disk writes" }).first().click();
  await page.locator(".micro [aria-current]", { hasText: "the disk writes" }).waitFor();
}

/** One micro-step, and what is shown then: its words, the present visit's number, and what is marked where. */
async function micro(page, key = "Shift+ArrowRight") {
  const before = await page
    .locator(".micro [aria-current]")
    .textContent()
    .catch(() => "");
  await page.keyboard.press(key);
  await page.waitForFunction((old) => document.querySelector(".micro [aria-current]")?.textContent !== old, before);
  // The marks in the address spaces follow in the next frame.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  return page.evaluate(() => {
    const text = (selector) =>
      [...document.querySelectorAll(selector)].map((one) => one.getAttribute("aria-label") ?? one.textContent);
    const subject = (one) => one.dataset.page ?? one.dataset.subject;
    return {
      words: document.querySelector(".micro [aria-current] .what").textContent,
      looking: text(".searching h3")[0] ?? null,
      now: text(".searching .visit.now, .searching .cell.at-now").map((label) =>
        Number(/visit (\d+), now/.exec(label)[1]),
      ),
      seen: text(".searching .visit:not(.now), .searching .cell.at-seen").map((label) =>
        Number(/visit (\d+)/.exec(label)[1]),
      ),
      marked: [...document.querySelectorAll("[data-visit=now]")].map(subject),
      before: [...document.querySelectorAll("[data-visit=seen]")].map(subject),
      line: document.querySelector("[data-link=visit]")?.getAttribute("class") ?? null,
    };
  });
}

/** Goes on to the first visit and through that search; returns what was shown at each. */
async function walk(page) {
  const shown = [];
  for (let n = 0; n < 60; n++) {
    const at = await micro(page);
    if (at.looking) shown.push(at);
    else if (shown.length) return shown;
  }
  throw new Error("no search, or one without an end");
}

const schemes = {
  none: ['rmap: "none"', "nothing is kept"],
  pair: ['rmap: "vma_offset"', "1,024 B"],
  chain: ['rmap: "pte_chain"', "512 B"],
  "links of one pointer": ['rmap: "pte_chain", chain_pointers: 1', "512 B"],
  list: ['rmap: "object_list"', "anon_vma_chains"],
  tree: ['rmap: "object"', "anon_vma_chains"],
  "a family's anon_vma": ['rmap: "object", anon: "anon_vma"', "VMAs in them"],
};

for (const [name, [settings, cost]] of Object.entries(schemes))
  test(`${name}: an unmapping is walked visit by visit, and back`, () =>
    visit({}, async (page) => {
      await beforeTheLast(page, family(settings));
      await toTheUnmapping(page);
      const shown = await walk(page);
      shown.forEach((at, i) => {
        assert.match(at.looking, /Looking for frame \d+/);
        assert.deepEqual(at.now, [i + 1], `visit ${i + 1} is the present one: ${at.words}`);
        assert.ok(
          at.seen.every((number) => number <= i),
          at.words,
        );
        const where = /the PTE of page (\S+) of process (\d+)/.exec(at.words);
        if (where) assert.deepEqual(at.marked, [`${where[2]}:${Number(BigInt(where[1]) >> 12n)}`], at.words);
        assert.equal(
          at.line,
          where ? (at.words.endsWith("it maps the frame") ? "link found" : "link not-found") : null,
        );
        const vma = /leads to VMA (\d+)/.exec(at.words);
        if (vma) assert.deepEqual(at.marked, [`vma:${vma[1]}`]);
        const process = /all page tables of process (\d+)/.exec(at.words);
        if (process) assert.deepEqual(at.marked, [`process:${process[1]}`]);
      });
      assert.equal(shown.filter((at) => at.words.endsWith("it maps the frame")).length, 3, "three PTEs are found");
      assert.equal(
        shown.at(-1).before.length,
        shown.filter((at) => / PTE of /.test(at.words)).length - (shown.at(-1).line ? 1 : 0),
      );
      for (const at of shown.toReversed()) assert.deepEqual(await micro(page, "Shift+ArrowLeft"), at);
      assert.match(await searching(page).locator(".cost").innerText(), new RegExp(cost));
    }));

test("a link is read before its pointers, newest first", () =>
  visit({}, async (page) => {
    await beforeTheLast(page, family('rmap: "pte_chain", chain_pointers: 1'));
    const shown = await walk(page);
    assert.deepEqual(
      shown.map((at) => /(link \d|PTE .* process \d|VMA .* process \d)/.exec(at.words)[1].replace(/ .* /, " of ")),
      [3, 2, 1].flatMap((n) => [`link ${n - 1}`, `PTE of ${n}`, `VMA of ${n}`]),
    );
    await micro(page, "Shift+ArrowLeft");
    const links = searching(page).locator(".link-box");
    assert.deepEqual(
      await links
        .locator(".link-head")
        .allInnerTexts()
        .then((all) => all.map((text) => text.slice(0, 6))),
      ["link 2", "link 1", "link 0"],
    );
    assert.equal(await links.last().locator(".next").innerText(), "0", "the oldest has no next");
  }));

test("a list is walked from its head, a tree only where it must be", () =>
  visit({}, async (page) => {
    await beforeTheLast(page, pieces("object_list"));
    assert.equal(
      (await walk(page)).filter((at) => /leads to VMA/.test(at.words)).length,
      8,
      "up to the one that maps it",
    );
    await beforeTheLast(page, pieces("object"));
    const shown = await walk(page);
    const vmas = shown.filter((at) => /leads to VMA/.test(at.words)).length;
    assert.ok(vmas < 8, `${vmas} of 24`);
    await micro(page, "Shift+ArrowLeft");
    assert.equal(await searching(page).locator(".node").count(), 24);
    assert.equal(
      await searching(page).locator(".node.passed-over").count(),
      24 - vmas,
      "the rest is drawn as not looked at",
    );
    assert.equal(await searching(page).locator(".node.covers").count(), 1);
    // Also what the search passes over is seen.
    const heights = await searching(page)
      .locator(".node")
      .evaluateAll((all) => all.map((node) => node.getBoundingClientRect().height));
    assert.ok(Math.min(...heights) > 8, `${heights}`);
    // The present one is in sight.
    const box = await searching(page).locator(".visit.now").boundingBox();
    const inspector = await page.locator(".inspector-body").boundingBox();
    assert.ok(box.y >= inspector.y && box.y + box.height <= inspector.y + inspector.height);
  }));

test("a stale pair: the check says what is stored and what is right", () =>
  visit({}, async (page) => {
    await beforeTheLast(page, stack);
    const shown = await walk(page);
    const check = shown.find((at) => /consistency check/.test(at.words));
    assert.equal(check.line, "link found", "the PTE that the pair does not lead to");
    assert.equal(check, shown.at(-1));
    await micro(page, "Shift+ArrowLeft");
    const pair = searching(page).locator("div.stale");
    assert.match(await pair.innerText(), /Stale:.*0xbffff000 of process 1/);
    assert.equal(await pair.locator("del").innerText(), "VMA 1 + 0x1000");
    assert.equal(await pair.locator("dd").last().innerText(), "VMA 1 + 0x2000");
    assert.match(await page.locator("header .machine").innerText(), /from vm_start/);
  }));

test("whatever is selected, the frame looked for is shown; its parts lead on", () =>
  visit({}, async (page) => {
    await beforeTheLast(page, family('rmap: "object"'));
    await page.locator("[data-page^='4:'].frame").first().click();
    const own = page.locator(".inspector .way-back");
    await own.waitFor();
    const heading = await page.locator("#inspector-title").innerText();
    await walk(page);
    await micro(page, "Shift+ArrowLeft");
    assert.equal(await page.locator("#inspector-title").innerText(), heading);
    assert.equal(await own.count(), 1);
    await searching(page)
      .getByRole("button", { name: /^VMA 1$/ })
      .click();
    await page.getByRole("heading", { name: /^VMA 1 of process 1/ }).waitFor();
    await searching(page)
      .getByRole("button", { name: /^frame \d+$/ })
      .click();
    await page.getByRole("heading", { name: /^Frame \d+$/ }).waitFor();
    assert.equal(await own.count(), 0, "shown once, where it is walked");
  }));

for (const [theme, size] of [
  ["light", [1440, 900]],
  ["dark", [390, 844]],
])
  test(`accessible while it is walked, ${theme}, ${size[0]} wide`, () =>
    visit({ theme, size }, async (page) => {
      for (const script of [family('rmap: "none"'), family('rmap: "pte_chain"'), stack, pieces("object")]) {
        await openScript(page, script);
        if (size[0] < 1000) await place(page, "Inspect");
        await page.keyboard.press("End");
        await page.keyboard.press("ArrowLeft");
        await page.keyboard.press("Shift+ArrowRight");
        for (let n = 0; n < 40 && !(await page.locator(".searching .at-seen, .searching .stale").count()); n++) {
          const told = await page.locator(".told").allInnerTexts();
          await page.keyboard.press("Shift+ArrowRight");
          await page.waitForFunction(
            (old) => document.querySelector(".told")?.innerText !== old[0] || old.length === 0,
            told,
          );
        }
        // Under the lines, which lie over everything, axe can't tell what is in front of what.
        await page.locator(".links").evaluate((lines) => (lines.style.display = "none"));
        const { violations } = await new AxeBuilder({ page }).analyze();
        assert.deepEqual(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target)}`),
          [],
          script,
        );
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
      }
    }));
