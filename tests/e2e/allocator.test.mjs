// The allocator: each one's structure in the panel, requests by pointer and by keyboard, and motion on the map.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AxeBuilder, openScript, place, standsAt, step, steps, useBrowser, visit } from "./page.mjs";

useBrowser();

/** Sixteen frames to a row, and something of everything: a run, a hole where one was, pages. */
const script = (fields = "") => `machine(#{ frames: 128, max_order: 6, swap_slots: 32${fields} });
let p = spawn("shell");
let a = p.mmap(3);
p.touch(a, 3);
let x = alloc(8);
let y = alloc(16);
let z = alloc(5);
free(y, 16);
`;

/** Where a frame's cell is: found by pointing, as a person does. The map shows all frames, in rows of 16. */
async function spot(page, pfn) {
  const box = await page.locator(".map canvas").boundingBox();
  const cell = Math.floor(Math.min((box.width - 10) / 16, (box.height - 10) / 8));
  const left = box.x + (box.width - 16 * cell) / 2;
  const top = box.y + (box.height - 8 * cell) / 2;
  return { x: left + ((pfn % 16) + 0.5) * cell, y: top + (Math.floor(pfn / 16) + 0.5) * cell };
}

async function dragOver(page, from, to) {
  const [a, b] = [await spot(page, from), await spot(page, to)];
  await page.mouse.move(a.x, a.y);
  await page.mouse.down();
  await page.mouse.move((a.x + b.x) / 2, b.y, { steps: 3 });
  await page.mouse.move(b.x, b.y);
}

const tool = (page, name) =>
  page.getByRole("group", { name: "What a click on the map does" }).getByRole("button", { name });
const outcome = (page) => page.locator(".outcome-of");
const settled = (page) => page.waitForFunction(() => !document.querySelector(".map canvas[data-moving]"));

async function sound(page, where) {
  await page.locator(".links").evaluate((lines) => (lines.style.display = "none"));
  const { violations } = await new AxeBuilder({ page }).analyze();
  await page.locator(".links").evaluate((lines) => (lines.style.display = ""));
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).join(" ")}`),
    [],
    where,
  );
}

const structures = [
  ["buddy", "", async (panel) => assert.equal(await panel.locator(".list").count(), 7, "one list for each order")],
  [
    "buddy, grouped",
    ", buddy: #{ mobility: true, per_cpu: 8 }",
    async (panel) =>
      assert.deepEqual(
        await panel
          .locator(".group-name")
          .allInnerTexts()
          .then((all) => [...new Set(all)]),
        ["unmovable", "movable"],
      ),
  ],
  [
    "page_array",
    ', allocator: "page_array"',
    async (panel) => assert.equal(await panel.locator(".queues rect").count(), 65),
  ],
  [
    "quick_fit",
    ', allocator: "quick_fit"',
    async (panel) => assert.equal(await panel.locator(".queues rect").count(), 65),
  ],
  [
    "heap_top",
    ', allocator: "heap_top"',
    async (panel) => {
      assert.equal(await panel.locator(".top-mark").count(), 1);
      assert.ok((await panel.locator(".heap-bar .stretch.gap").count()) > 0, "the freed run is a gap");
    },
  ],
  [
    "gravity",
    ', allocator: "gravity"',
    async (panel) => {
      assert.equal(await panel.locator(".area-tree").count(), 2);
      assert.ok((await panel.locator(".area-tree").first().locator(".area").count()) > 0);
    },
  ],
  [
    "gravity_red_black",
    ', allocator: "gravity", gravity: #{ keep: 1, tree: "red_black" }',
    async (panel) => {
      assert.equal(await panel.locator(".area-tree").count(), 1, "one tree, as it is kept");
      const root = panel.locator(".area-tree .area[data-mark='black']").first();
      assert.match(await root.getAttribute("aria-label"), /^Free: .* frames? from frame \d+, black$/);
    },
  ],
];

for (const [name, fields, check] of structures)
  test(`the panel draws what the allocator is: ${name}`, () =>
    visit({ theme: name.length % 2 ? "dark" : "light" }, async (page) => {
      await openScript(page, script(fields));
      await page.keyboard.press("End");
      const panel = page.locator(".allocator");
      await panel.getByText(new RegExp(`${name.split(/[_,]/)[0]}.*frames free`)).waitFor();
      await check(panel);
      await sound(page, name);
      const size = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.scrollHeight,
      ]);
      assert.deepEqual(size, [1440, 900], "nothing scrolls");
      // From the panel to the map by keyboard, and from the map to the panel.
      await panel.getByRole("group", { name: /^Free runs/ }).focus();
      const at = await step(page);
      await page.keyboard.press("ArrowDown");
      const run = page.locator("[data-run]:focus");
      await run.waitFor();
      assert.equal(await step(page), at, "the arrows belong to the panel");
      const [first] = (await run.getAttribute("data-run")).split("+").map(Number);
      await page.keyboard.press("Enter");
      await page
        .locator(".inspector")
        .getByRole("heading", { name: `Frame ${first}`, exact: true })
        .waitFor();
      await panel.locator(`[data-run^='${first}+'][data-linked]`).first().waitFor();
    }));

test("figures: the largest piece, what moved, external fragmentation for each size", () =>
  visit({}, async (page) => {
    await openScript(page, script());
    await page.keyboard.press("End");
    const figure = (name) => page.locator(".figures dl > div", { hasText: name }).locator("dd").innerText();
    assert.equal(await figure("largest"), "64");
    assert.equal(await figure("runs"), "2");
    assert.equal(await figure("internal fragmentation"), "3", "8 given for 5");
    const bars = page.locator(".unusable svg");
    assert.match(await bars.getAttribute("aria-label"), /1: 0 %,.* 64: \d+ %, 128: 100 %/);
  }));

test("dragging over frames asks for as many; a click for one; the outcome is selected", () =>
  visit({}, async (page) => {
    await openScript(page, script());
    await page.keyboard.press("End");
    const had = await steps(page);
    await tool(page, "Allocate").click();
    await dragOver(page, 69, 73);
    assert.equal(await page.locator(".drag-readout").innerText(), "alloc(5)");
    assert.equal(await steps(page), had, "nothing is asked before the button is let go");
    await page.mouse.up();
    await standsAt(page, had + 1);
    assert.match(await outcome(page).innerText(), /→ frames \d+ to \d+/);
    assert.match(await page.locator(".console-log").innerText(), /alloc\(5\)/);
    await page
      .locator(".inspector")
      .getByRole("heading", { name: /^Frame \d+$/ })
      .waitFor();
    const one = await spot(page, 100);
    await page.mouse.click(one.x, one.y);
    await standsAt(page, had + 2);
    assert.match(await page.locator(".step .command").innerText(), /alloc\(1\)/);
    // Escape lets go of a drag and asks for nothing.
    await dragOver(page, 64, 66);
    await page.keyboard.press("Escape");
    await page.mouse.up();
    assert.equal(await steps(page), had + 2);
    assert.equal(await page.locator(".tool-line").count(), 0);
  }));

for (const size of [
  [1440, 900],
  [1280, 720],
  [390, 844],
])
  test(`choosing a tool does not move the map: ${size.join("x")}`, () =>
    visit({ size }, async (page) => {
      await openScript(page, script());
      if (size[0] < 1080) await place(page, "Memory");
      const where = () => page.locator(".map canvas").boundingBox();
      const before = await where();
      for (const name of ["Allocate", "Free", "Pin"]) {
        await tool(page, name).click();
        await page.locator(".tool-line").waitFor();
        assert.deepEqual(await where(), before, name);
      }
      await tool(page, "Allocate").click();
      await page
        .locator(".tool-line")
        .getByRole("button", { name: /^alloc/ })
        .click();
      await outcome(page).getByText("→").waitFor();
      assert.deepEqual(await where(), before, "with the outcome");
    }));

test("what a drag asks for and what was given are told apart, and the marks go", () =>
  visit({}, async (page) => {
    await openScript(page, script());
    await page.keyboard.press("End");
    const had = await steps(page);
    const asked = page.locator(".run-mark.asked");
    const given = page.locator(".run-mark.given");
    const look = (mark) => mark.first().evaluate((element) => getComputedStyle(element).borderTopStyle);
    await page.keyboard.press("a");
    await dragOver(page, 77, 82);
    assert.equal(await asked.count(), 2, "over the end of a row: one piece in each");
    assert.equal(await look(asked), "dashed");
    await page.mouse.up();
    await given.first().waitFor();
    assert.equal(await asked.count(), 0);
    assert.equal(await look(given), "double");
    assert.equal(await given.innerText(), "given 8 for 6");
    assert.match(await outcome(page).innerText(), /frames \d+ to \d+: asked 6, given 8/);
    // Where it is: over the frames that the inspector names.
    const first = Number((await page.locator(".inspector h2").first().innerText()).replace("Frame ", ""));
    const [at, box] = [await spot(page, first), await given.boundingBox()];
    assert.ok(at.x > box.x && at.x < box.x + box.width && at.y > box.y && at.y < box.y + box.height);
    // With the next move in time it is history.
    await page.keyboard.press("ArrowLeft");
    assert.equal(await given.count(), 0);
    await page.keyboard.press("ArrowRight");
    assert.equal(await given.count(), 0);

    // A drag that is broken off leaves no mark, asks for nothing, and does not go on.
    const total = await steps(page);
    const gone = async (how) => {
      assert.equal(await page.locator(".run-mark, .drag-readout").count(), 0, how);
      const on = await spot(page, 100);
      await page.mouse.move(on.x, on.y, { steps: 3 });
      assert.equal(await page.locator(".run-mark, .drag-readout").count(), 0, `${how}, and the pointer moves on`);
      await page.mouse.up();
      assert.equal(await steps(page), total, `${how}: nothing was asked`);
    };
    for (const [how, end] of [
      ["Escape", () => page.keyboard.press("Escape")],
      ["another tool", () => page.keyboard.press("e")],
      ["pointercancel", () => page.locator(".map canvas").dispatchEvent("pointercancel")],
      ["lostpointercapture", () => page.locator(".map canvas").dispatchEvent("lostpointercapture")],
      ["blur", () => page.evaluate(() => window.dispatchEvent(new Event("blur")))],
    ]) {
      if ((await tool(page, "Allocate").getAttribute("aria-pressed")) !== "true") await tool(page, "Allocate").click();
      await dragOver(page, 64, 70);
      await asked.first().waitFor();
      await end();
      await gone(how);
    }
    // The map has not been panned by what was left of a drag.
    const cell = await spot(page, 100);
    await page.mouse.move(cell.x, cell.y);
    await page.locator(".readout", { hasText: "Frame 100" }).waitFor();
    assert.equal(total, had + 1);
  }));

test("free and pin by click; what is no run says so; a pinned run stays", () =>
  visit({}, async (page) => {
    await openScript(page, script());
    await page.keyboard.press("End");
    const first = 8;
    const had = await steps(page);
    await tool(page, "Pin").click();
    const run = await spot(page, first + 3);
    await page.mouse.click(run.x, run.y);
    await standsAt(page, had + 1);
    assert.equal(await page.locator(".figures dl > div", { hasText: "pinned" }).locator("dd").innerText(), "1");
    await page.keyboard.press("e");
    await page.mouse.click(run.x, run.y);
    await page.locator(".outcome-of.failed", { hasText: "pinned" }).waitFor();
    assert.equal(await steps(page), had + 1, "a refusal changes nothing");
    await page.keyboard.press("p");
    await page.mouse.click(run.x, run.y);
    await standsAt(page, had + 2);
    await page.keyboard.press("e");
    await page.mouse.click(run.x, run.y);
    await standsAt(page, had + 3);
    const nothing = await spot(page, 127);
    await page.mouse.click(nothing.x, nothing.y);
    await page.locator(".outcome-of.failed", { hasText: "frame 127 is of no run" }).waitFor();
  }));

test("the same by keyboard; in the past it cuts the future, as the console does", () =>
  visit({}, async (page) => {
    await openScript(page, script());
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    const total = await steps(page);
    await page.keyboard.press("a");
    const line = page.locator(".tool-line");
    await line.getByText("a command leaves the step ahead").waitFor();
    await line.getByRole("spinbutton", { name: "frames" }).fill("3");
    await line.getByRole("checkbox", { name: "movable" }).check();
    await line.getByRole("combobox", { name: "Alignment" }).selectOption("4");
    await line.getByRole("button", { name: "alloc(3, #{align: 4, movable: true})" }).press("Enter");
    await standsAt(page, total);
    assert.equal(await steps(page), total);
    await sound(page, "with the tool's line");
    await page.locator("body").press("e");
    await line.getByRole("button", { name: /^free\(\d+, 3\)$/ }).press("Enter");
    await standsAt(page, total + 1);
  }));

test("on a phone: by touch, and it fits", () =>
  visit({ size: [390, 844], theme: "dark", hasTouch: true }, async (page) => {
    await openScript(page, script());
    await page.getByRole("button", { name: "To the end" }).click();
    await place(page, "Memory");
    const had = await steps(page);
    await tool(page, "Allocate").tap();
    const box = await page.locator(".map canvas").boundingBox();
    await page.touchscreen.tap(box.x + box.width / 2, box.y + box.height / 2);
    await page.waitForFunction((n) => Number(document.querySelector(".track input").max) === n, had + 1);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await sound(page, "Memory with the tool's line");
    await place(page, "Inspect");
    await sound(page, "Inspect with the allocator");
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  }));

/** Counts, from now on, how often something begins to move on the map. */
const watchMotion = (page) =>
  page.evaluate(() => {
    window.motions = 0;
    const canvas = document.querySelector(".map canvas");
    new MutationObserver(() => canvas.hasAttribute("data-moving") && window.motions++).observe(canvas, {
      attributes: true,
      attributeFilter: ["data-moving"],
    });
  });

const pictures = (page) => page.locator(".map canvas").evaluate((canvas) => canvas.toDataURL());

test("splits and merges move, forwards, backwards and in micro-steps; the end is the same as without motion", () =>
  visit({ reducedMotion: "no-preference" }, async (page) => {
    await openScript(page, `${script()}free(z, 5);`);
    // After a jump all that it changed is marked: the end is come to by one step.
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowRight");
    await settled(page);
    const end = await pictures(page);
    await watchMotion(page);
    const moved = (n) =>
      page.waitForFunction((n) => window.motions === n && !document.querySelector(".map canvas[data-moving]"), n);
    await page.keyboard.press("ArrowLeft");
    await moved(1);
    assert.notEqual(await pictures(page), end);
    await page.keyboard.press("ArrowRight");
    await moved(2);
    assert.equal(await pictures(page), end);
    // Back through the micro-steps to a join of the free: that one moves alone.
    await page.getByRole("button", { name: "Unfold all" }).click();
    const micro = page.locator(".micro li button", { hasText: /become/ }).first();
    await micro.click();
    await page.keyboard.press("Shift+ArrowLeft");
    await page.waitForFunction(() => window.motions >= 3);
    await settled(page);
  }));

test("with reduced motion nothing moves, and the picture is the same", () =>
  visit({}, async (page) => {
    await openScript(page, script());
    await page.keyboard.press("End");
    await watchMotion(page);
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowRight");
    await page.waitForTimeout(100);
    assert.equal(await page.evaluate(() => window.motions), 0);
  }));
