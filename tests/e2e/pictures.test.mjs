// What courses examine, as pictures: the walk as tables, the TLB, the clock, a segmentation fault, the swap cache, a
// split, a jump over several steps, and five ways back from one frame.
import assert from "node:assert/strict";
import test from "node:test";
import { isAccessible, openScript, place, useBrowser, visit } from "./page.mjs";

useBrowser();

const forked = `machine(#{ frames: 64, swap_slots: 32, tlb_entries: 2 });
let p = spawn("shell");
let a = p.mmap(4);
p.touch(a, 3);
let c = p.fork();
c.write(a, "hi");
p.read(a);
p.read(a + PAGE);
p.read(a);
p.munmap(a, 2);
`;

const nulled = `machine(#{ frames: 64 });
let p = spawn("good");
p.touch(p.mmap(2));
let q = spawn("bad");
q.mmap(#{ addr: 0x7f0000000000, pages: 2, flags: ["private", "anonymous", "fixed", "growsdown"] });
q.touch(0x7f0000001000);
q.touch(0x7effffffd000);
q.read(0x10);
p.touch(p.mmap(1));
note("The bad one is gone.");
`;

const scarce = `machine(#{ frames: 64, swap_slots: 16 });
let p = spawn("p");
let a = p.mmap(4);
p.touch(a, 4);
let c = p.fork();
reclaim(1);
p.touch(a + PAGE);
reclaim(1);
p.read(a);
`;

const stack = `machine(#{ rmap: "vma_offset", offset_from: "vm_start", frames: 64, swap_slots: 8 });
let p = spawn("p");
let top = 0xbfffe000;
p.mmap(#{ addr: top, pages: 2, flags: ["private", "anonymous", "fixed", "growsdown"] });
p.touch(top + 0x1000);
p.touch(top - 0x1000);
p.madvise(top + 0x1000, 1, "pageout");
`;

/** Presses a key and waits until the place is another. */
async function press(page, key) {
  const here = () =>
    `${document.querySelector("[data-testid=step]").textContent} ${document.querySelector("#tab-micro").textContent}`;
  const before = await page.evaluate(here);
  await page.keyboard.press(key);
  await page.waitForFunction(
    (old) =>
      `${document.querySelector("[data-testid=step]").textContent} ${document.querySelector("#tab-micro").textContent}` !==
      old,
    before,
  );
}

/** Opens a script, which puts it at its start, and goes to its end. */
async function atEnd(page, script) {
  await openScript(page, script);
  await press(page, "End");
}

/** Opens a script and goes to the state before its step number `step`, counted from 1. */
async function before(page, script, step) {
  await openScript(page, script);
  for (let n = 1; n < step; n++) await press(page, "ArrowRight");
}

const marks = (page) => page.locator(".memory [data-mark]").evaluateAll((all) => all.map((one) => one.dataset.mark));

/** The map is painted in the next animation frame, and its legend after it. */
const painted = (page) =>
  page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)))),
  );

test("the walk: each read of the MMU is marked in the table that it reads, and each entry leads to the next", () =>
  visit({}, async (page) => {
    await before(page, forked, 5);
    const tables = page.locator(".accessing .walk-tables > .walk-table");
    const seen = [];
    for (let n = 0; n < 8; n++) {
      await press(page, "Shift+ArrowRight");
      const words = await page.locator(".accessing .told").innerText();
      if (!words.startsWith("the MMU reads")) continue;
      const at = await tables.evaluateAll((all) => all.findIndex((one) => one.classList.contains("at-now")));
      const [, index, level, frame] = /entry (\d+) of the (\w+) in frame (\d+)/.exec(words);
      const table = tables.nth(at);
      assert.equal(await table.getAttribute("data-level"), level);
      assert.match(await table.locator("caption").innerText(), new RegExp(`frame ${frame}$`));
      assert.equal(await table.locator(".used th").innerText(), index);
      assert.equal(await table.locator(".visit.now").getAttribute("aria-label"), `the MMU's read ${at + 1}, now`);
      seen.push(level);
      if (seen.length === 4) break;
      assert.equal(
        `frame ${await table.locator(".used .to").innerText()}`,
        await tables
          .nth(at + 1)
          .locator("caption .goto-thing")
          .innerText(),
        "the entry leads to the next table",
      );
    }
    assert.deepEqual(seen, ["PGD", "PUD", "PMD", "PTE"]);
    await tables.first().locator("caption").hover();
    await page.locator(".memory [data-mark=linked]").waitFor();
  }));

test("tables that do not exist have an empty place, and the last entry says what an access comes to", () =>
  visit({}, async (page) => {
    await atEnd(page, `let p = spawn("p"); p.mmap(2);`);
    await page.locator("[data-page]").first().click();
    const tables = page.locator(".translation .walk-table");
    assert.deepEqual(await tables.evaluateAll((all) => all.map((one) => one.classList.contains("absent"))), [
      false,
      true,
      true,
      true,
    ]);
    assert.match(await page.locator(".walk-target").innerText(), /page fault[\s\S]*the PGD entry is empty/);
    assert.match(await page.locator(".translation .verdict").innerText(), /Not cached/);
  }));

test("the TLB: a miss, what it fills and what had to go, a hit, and a flush", () =>
  visit({}, async (page) => {
    await before(page, forked, 7);
    await press(page, "ArrowRight");
    const tlb = page.locator(".accessing .tlb");
    assert.match(await tlb.locator(".verdict").innerText(), /^✗ Miss.*kept in entry \d; 0x\w+ of process 2 had to go/);
    assert.equal(await tlb.locator("tr.holds.filled del").count(), 1);
    await press(page, "ArrowRight");
    assert.match(await page.locator(".accessing .told").innerText(), /^The TLB knew the page/);
    assert.match(await tlb.locator(".verdict").innerText(), /^✓ Hit in entry \d/);
    assert.equal(await page.locator(".accessing .walk-table .visit").count(), 0, "nothing was read");
    await press(page, "ArrowRight");
    const flushed = page.locator(".accessing tr.flushed");
    assert.equal(await flushed.count(), 2, "what munmap flushed");
    assert.match(await flushed.first().innerText(), /flushed/);
  }));

test("of a step that fills the whole TLB a few entries are drawn, the others when they are opened", () =>
  visit({}, async (page) => {
    await atEnd(page, `machine(#{ frames: 128, tlb_entries: 64 }); let p = spawn("p"); p.touch(p.mmap(64), 64);`);
    const tlb = page.locator(".accessing .tlb");
    await tlb.locator("tr.holds").waitFor();
    const shown = await tlb.locator("tbody tr").count();
    assert.ok(shown <= 20, `${shown} rows`);
    assert.match(await tlb.innerText(), /and \d+ more that changed/);
    await tlb.getByText(/^The other entries in use/).click();
    await page.waitForFunction(() => document.querySelectorAll(".accessing .tlb tbody tr").length === 64);
  }));

test("of a mapped run its pages are counted apart, and the accessed bit is called a bit: nobody has used it yet", () =>
  visit({}, async (page) => {
    await atEnd(page, `machine(#{ frames: 64 }); let p = spawn("p"); p.map_run(alloc(4));`);
    assert.match(await page.locator(".strip header").innerText(), /0 resident · 4 of a run/);
    await page.locator("[data-page]").first().click();
    const bit = page.locator(".inspector .row", { hasText: "Accessed bit" });
    assert.match(await bit.innerText(), /^Accessed bit\s+set/);
    assert.match(await bit.locator("dt").getAttribute("title"), /The kernel sets it in a new entry/);
    assert.match(await page.locator("[data-page]").first().getAttribute("title"), /accessed bit set/);
  }));

test("a segmentation fault is told at the process, in C's terms, and stays", () =>
  visit({}, async (page) => {
    await atEnd(page, nulled);
    const killed = page.locator(".strip.killed");
    assert.match(
      await killed.innerText(),
      /bad[\s\S]*ended by SIGSEGV[\s\S]*Segmentation fault[\s\S]*0x10[\s\S]*where p is NULL/,
    );
    await press(page, "ArrowLeft");
    await press(page, "ArrowLeft");
    assert.equal(await killed.count(), 1, "to its own step");
    await press(page, "ArrowLeft");
    assert.equal(await killed.count(), 0);
    for (let n = 0; n < 40 && !(await page.locator(".strip .end").count()); n++) await press(page, "Shift+ArrowRight");
    assert.match(await page.locator(".micro [aria-current]").innerText(), /SIGSEGV/, "from the signal on");
    assert.equal(await page.locator(".strip:not(.killed) .end .headline").innerText(), "✗ Segmentation fault");
    await isAccessible(page, ".processes");
  }));

test("a stack that grows, and the gap below it", () =>
  visit({}, async (page) => {
    await before(page, nulled, 7);
    const gap = page.locator(".guard");
    assert.match(await gap.innerText(), /guard gap 256/);
    await press(page, "ArrowRight");
    // Beside the stack, which the gap goes along with.
    assert.match(await gap.innerText(), /guard gap 256\s+⇠\s+grew by 3 pages/);
    await press(page, "ArrowLeft");
    assert.doesNotMatch(await gap.innerText(), /grew/);
  }));

test("the clock: its hand on the map, accessed frames, and the page foretold is the one that goes", () =>
  visit({}, async (page) => {
    await before(page, scarce, 7);
    await painted(page);
    const on = await marks(page);
    assert.ok(on.includes("accessed"), `${on}`);
    assert.match(await page.locator(".memory .legend").innerText(), /clock’s hand at\s+frame \d+/);
    const goes = Number.parseInt(await page.locator(".candidate.taken").innerText(), 10);
    await press(page, "ArrowRight");
    const out = await page.locator(".micro button", { hasText: "the hand is at" }).allInnerTexts();
    assert.ok(
      (await page.locator(".micro").innerText()).includes(`frame ${goes}:`) && out.length > 0,
      "the page foretold is looked at",
    );
    assert.notEqual(Number.parseInt(await page.locator(".candidate.taken").innerText(), 10), goes);
    await isAccessible(page, ".reclaim");
  }));

test("the swap cache: a page in a frame and in a slot has its lines without being pointed at", () =>
  visit({}, async (page) => {
    await atEnd(page, scarce);
    await page.locator(".slot.cached").waitFor();
    await page.locator("[data-link^=slot]").waitFor({ state: "attached" });
    assert.ok((await page.locator("[data-link]").count()) >= 3, "frame and slot, and a PTE to each");
  }));

test("a stale pair is crossed out where the check finds it", () =>
  visit({}, async (page) => {
    await before(page, stack, 5);
    for (let n = 0; n < 60 && !(await page.locator(".page.wrong-pair").count()); n++)
      await press(page, "Shift+ArrowRight");
    assert.match(await page.locator(".micro [aria-current]").innerText(), /consistency check/);
    await painted(page);
    assert.ok((await marks(page)).includes("stale"));
  }));

test("a split is seen though its pieces are used at once; a jump shows what is different", () =>
  visit({}, async (page) => {
    await atEnd(
      page,
      'machine(#{ frames: 64 }); alloc(1); alloc(4); alloc(2); alloc(1); let p = spawn("p"); let a = p.mmap(1); p.touch(a); p.read(a);',
    );
    await press(page, "ArrowLeft");
    await press(page, "ArrowRight");
    await painted(page);
    assert.ok(!(await marks(page)).includes("changed"), "the last step found the page in the TLB");
    await press(page, "Home");
    await press(page, "End");
    await painted(page);
    assert.ok((await marks(page)).includes("changed"), "against the start");
    await press(page, "Home");
    for (let n = 0; n < 4; n++) await press(page, "ArrowRight");
    await painted(page);
    assert.ok((await marks(page)).includes("split"), "8 frames down to 1");
    assert.match(await page.locator(".splits").innerText(), /8 → 4 \+ 4/);
  }));

test("five ways back from one frame, side by side, from the inspector and from a note", () =>
  visit({}, async (page) => {
    await atEnd(page, `${forked.replace(", tlb_entries: 2", "")}note("See [[ways 5]].");`);
    await page.locator("[data-page].shared, [data-page].frame").first().click();
    await page.getByRole("button", { name: "All five ways", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: /Five ways back from frame \d+/ });
    await dialog.locator(".way").nth(4).waitFor();
    const texts = await dialog.locator(".way").allInnerTexts();
    assert.equal(texts.length, 5);
    assert.equal(await dialog.locator(".way.own").count(), 1);
    for (const text of texts)
      assert.match(
        text,
        /maps frame \d+|are searched|straight at its PTE|pointers in|Its (list|interval tree) has|No page/,
      );
    await isAccessible(page, ".five");
    await dialog.getByRole("button", { name: "One step back" }).click();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await page.keyboard.press("End");
    await page.locator(".lesson").getByRole("button", { name: "all five ways back from frame 5" }).click();
    await page.getByRole("heading", { name: "Five ways back from frame 5" }).waitFor();
  }));

for (const [theme, size] of [
  ["dark", [1440, 900]],
  ["light", [390, 844]],
])
  test(`accessible: the walk and the TLB, ${theme}, ${size[0]} wide`, () =>
    visit({ theme, size }, async (page) => {
      await openScript(page, forked);
      if (size[0] < 1000) await place(page, "Inspect");
      for (let n = 0; n < 4; n++) await press(page, "ArrowRight");
      for (let n = 0; n < 3; n++) await press(page, "Shift+ArrowRight");
      await page.locator(".accessing .walk-table").first().waitFor();
      await isAccessible(page, ".inspector");
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    }));
