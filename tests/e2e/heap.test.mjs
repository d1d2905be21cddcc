// Heaps on the page: what lies in their pages, what a call read and wrote, the page directory made anew, calls made by
// hand, all calls over time, the kernel's own heap, the way back to a block, and heaps compared.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isAccessible, openScript, standsAt, step, useBrowser, visit } from "./page.mjs";

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

const GROWS = `let p = spawn("p"); let h = p.heap("phk"); for n in 0..40 { h.free(h.malloc(16)); h.malloc(32 * PAGE); }`;

test("what each call cost is drawn with its shares named, and each call is gone to by a click or a key", () =>
  visit({ size: [1440, 900], view: "working" }, async (page) => {
    await openScript(page, GROWS);
    await page.keyboard.press("End");
    const plots = page.locator(".heap-plots");
    assert.match(
      await plots.locator("summary").first().innerText(),
      /120 calls: half within [\d,]+, 99 % within [\d,]+, at most [\d,]+ cycles/,
    );
    await plots.locator(".of-costs canvas").waitFor();
    await plots.locator(".of-pages canvas").waitFor();
    assert.match(
      await plots.locator(".u-legend").innerText(),
      /held[\s\S]*in memory[\s\S]*asked for[\s\S]*bytes copied/,
    );
    // To the dearest call: the directory is remade in it.
    const to = plots.getByRole("button", { name: /^To the dearest: malloc\(\d+\) at step/ });
    const dearest = Number((await to.innerText()).match(/step ([\d,]+)/)[1].replaceAll(",", ""));
    await to.click();
    await standsAt(page, dearest);
    await page.locator(".heap-cost", { hasText: "Page directory: made anew" }).waitFor();
    // A click in the plot's middle goes to the call there.
    const over = plots.locator(".of-costs .u-over");
    await over.scrollIntoViewIfNeeded();
    const box = await over.boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + 40);
    await plots.locator(".heap-pointed", { hasText: "click to go there" }).waitFor();
    const said = await plots.locator(".heap-pointed").innerText();
    await page.mouse.click(box.x + box.width / 2, box.y + 40);
    await standsAt(page, Number(said.match(/step ([\d,]+)/)[1].replaceAll(",", "")));
    assert.ok(Math.abs((await step(page)) - 62) < 6);
    // By keyboard, from the table.
    await plots.getByText("As a table").click();
    const row = plots.getByRole("row", { name: /malloc\(16\)/ }).first();
    await row.getByRole("button").focus();
    await page.keyboard.press("Enter");
    await standsAt(page, 3);
    assert.equal(await plots.getByRole("row").count(), 121);
  }));

test("the plots of a heap are folded where the words are read", () =>
  visit({ size: [1440, 900], view: "reading" }, async (page) => {
    await openScript(page, `note("A heap."); ${GROWS} note("Grown."); show(#{ open: ["heap"] });`);
    await page.keyboard.press("End");
    const plots = page.locator(".heap-plots");
    await plots.waitFor();
    assert.equal(await plots.getAttribute("open"), null);
    assert.equal(await plots.locator("canvas").count(), 0);
    await plots.locator("summary").click();
    await plots.locator(".of-pages canvas").waitFor();
  }));

/** The kernel's blocks: 40 of 100 bytes, one of 3000 that is gone again. */
const kernel = (kind) =>
  `machine(#{ frames: 64, kmalloc: #{ kind: "${kind}" } });
let blocks = []; for n in 0..40 { blocks.push(kmalloc(100)); } kfree(kmalloc(3000));`;

for (const [kind, groups] of [
  ["paragraph", /page arrays[\s\S]*16-byte paragraphs/i],
  ["linux_2_0", /128 bytes[\s\S]*1 partial[\s\S]*9\/31[\s\S]*1 full[\s\S]*31\/31/],
  ["mckusick_karels", /128 bytes[\s\S]*1 partial[\s\S]*8\/32[\s\S]*1 full[\s\S]*32\/32/],
  [
    "slab",
    /slabs[\s\S]*128 bytes[\s\S]*1 partial[\s\S]*10\/30 \+32[\s\S]*1 full[\s\S]*30\/30 \+0[\s\S]*4,096 bytes[\s\S]*1 empty/i,
  ],
])
  test(`the kernel's heap: ${kind}`, () =>
    visit({ size: [1440, 900], view: "working" }, async (page) => {
      await openScript(page, kernel(kind));
      await page.keyboard.press("End");
      const panel = page.getByRole("region", { name: "Heap" });
      await panel.getByRole("article", { name: "The kernel's heap" }).waitFor();
      assert.match(await panel.locator(".heap-groups").innerText(), groups);
      assert.match(
        await panel.locator("h3 .count").innerText(),
        /the kernel; 40 blocks, 4,000 bytes in use; \d+ frames/,
      );
      assert.equal(await panel.locator(".heap-addr b", { hasText: "static variables" }).count(), 1);
      // A slab, or what is like it, leads to its frame, and that to its blocks.
      await panel.locator(".heap-group").last().click();
      const inspector = page.locator(".inspector");
      await inspector.getByRole("heading", { name: /^Frame \d+/ }).waitFor();
      const inUse = panel.locator(".heap-group", { hasText: kind === "slab" ? "30/30" : /[1-9]\d*\// });
      await inUse.first().click();
      const owners = inspector.getByRole("region", { name: "Blocks of the heap" });
      await owners.getByText(`the kernel's ${kind}`).waitFor();
      // A block is given back by hand.
      await owners.getByRole("button").first().click();
      await panel.getByRole("button", { name: /^kfree/ }).click();
      await panel.locator("h3 .count", { hasText: "39 blocks" }).waitFor();
      await isAccessible(page, ".panel.heap");
    }));

test("the way back goes on from the page to the block, and to the call that gave it", () =>
  visit({ size: [1440, 900], view: "working" }, async (page) => {
    await openScript(
      page,
      `let p = spawn("p"); let h = p.heap("phk"); let a = h.malloc(100); p.write(a, "bytes"); h.malloc(120); h.malloc(5000);`,
    );
    await page.keyboard.press("End");
    const panel = page.getByRole("region", { name: "Heap" });
    // By keyboard: a block is chosen from the list, and its page is selected.
    await panel.getByLabel("A block to free").selectOption({ index: 1 });
    const inspector = page.locator(".inspector");
    await inspector.getByRole("heading", { name: /^Page 0x/ }).waitFor();
    const owners = inspector.getByRole("region", { name: "Blocks of the heap" });
    await owners.getByRole("heading", { name: "2 blocks that lie in it" }).waitFor();
    assert.match(await owners.locator(".is-chosen").innerText(), /0x[0-9a-f]+\s+100 bytes[\s\S]*malloc, step 3/);
    await page.locator('.links [data-link^="heap"]').first().waitFor();
    assert.equal(await page.locator('.lines-legend [data-line="block"]').count(), 1);
    // From the frame, too.
    await inspector.getByRole("button", { name: /^in frame \d+/ }).click();
    await inspector.getByRole("heading", { name: /^Frame/ }).waitFor();
    await owners.getByText("process 1, phk").waitFor();
    await owners.getByRole("button", { name: "malloc, step 5" }).click();
    await standsAt(page, 5);
    // A click into the page's picture does what the list does.
    const bar = panel.locator(".heap-page", { has: page.locator(".chosen") }).locator(".heap-bytes");
    await bar.click({ position: { x: 2, y: 8 } });
    await inspector.getByRole("heading", { name: /^Page 0x/ }).waitFor();
  }));

test("heaps are compared on the same requests, and what each call costs stands beside each other", () =>
  visit({ size: [1440, 900], view: "working" }, async (page) => {
    await openScript(
      page,
      `machine(#{ frames: 64, swap_slots: 0 }); let p = spawn("p"); let h = p.heap("phk", #{ limit: 40 });
for n in 0..50 { let b = h.malloc(100 + 20 * n); if b != "ENOMEM" { p.write(b, "x"); } }`,
    );
    await page.waitForFunction(() => location.hash.includes("script="));
    const others = encodeURIComponent('[{"heap":"kr"},{"heap":"mmap_direct"}]');
    await page.evaluate((others) => (location.hash += `&compare=${others}`), others);
    await page.locator(".heap-costs canvas").waitFor();
    assert.match(await page.locator(".fared > table thead").innerText(), /heap as asked[\s\S]*kr[\s\S]*mmap_direct/);
    const rows = await page.locator(".heap-costs table:not(.u-legend) tbody tr").allInnerTexts();
    assert.deepEqual(
      rows.map((row) => row.trim().split(/\s+/).slice(0, 2).join(" ")),
      ["A 50", "B 50", "C 50"],
    );
    // The first that one of them cannot serve.
    await page.getByRole("button", { name: /outcome: step \d+/ }).click();
    assert.match(await page.locator(".compared").nth(2).innerText(), /ENOMEM/);
    await isAccessible(page, ".findings");
  }));

test("what stands in for heaps is chosen in the form of another machine", () =>
  visit({ size: [1440, 900], view: "working" }, async (page) => {
    await openScript(page, HEAP);
    await page.locator(".timeline").getByRole("button", { name: "Compare" }).click();
    await page.locator(".fared > table thead", { hasText: "dl" }).waitFor();
    await page.getByRole("button", { name: "Machine", exact: true }).click();
    const form = page.getByRole("dialog");
    await form.getByLabel("programs’ heaps").selectOption("phk_doubling");
    await form.getByRole("button", { name: "Add this machine" }).click();
    await page.locator(".fared > table thead", { hasText: "phk_doubling" }).waitFor();
  }));

for (const size of [
  [1440, 900],
  [1280, 720],
  [390, 844],
])
  for (const theme of ["light", "dark"])
    for (const [name, script] of [
      ["a program's heap", GROWS],
      ["the kernel's slabs", kernel("slab")],
    ])
      test(`${name} passes axe and fits at ${size.join("x")}, ${theme}`, () =>
        visit({ size, theme, view: "working" }, async (page) => {
          await openScript(page, script);
          await page.keyboard.press("End");
          const places = page.getByRole("navigation", { name: "Panels" });
          if (await places.isVisible()) await places.getByRole("button", { name: "Memory" }).click();
          await page.locator(".panel.heap .curves canvas").first().waitFor();
          await page.locator(".heap-plots").getByText("As a table").click();
          await isAccessible(page, ".panel.heap");
          const beyond = await page.locator(".heaps").evaluate((box) => box.scrollWidth - box.clientWidth);
          assert.ok(beyond <= 0, `${beyond} pixels too wide`);
        }));
