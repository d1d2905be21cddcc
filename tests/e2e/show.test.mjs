// What a script says to the page: what is shown with a note, and the script's names for processes and areas.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isAccessible, openScript, readTo, ready, useBrowser, visit } from "./page.mjs";

useBrowser();

const script = `machine(#{ frames: 256, swap_slots: 16 });
note("Nothing yet.");
let shell = spawn("sh");
let a = shell.mmap(4);
shell.touch(a, 3);
note("The second page.");
show(#{ select: [shell, a + PAGE], point: [[shell, a], shell.frame(a + 2 * PAGE)], zoom: [0, 8], open: ["allocator"], counter: "faults" });
let child = shell.fork();
note("Two processes.");
show(#{ fold: ["allocator"] });
`;

/** Waits for these pages and no others to be lit up; what is selected and what is pointed at may come in two frames. */
const litUp = (page, pages) =>
  page.waitForFunction(
    (right) =>
      [...document.querySelectorAll(".page[data-focused]")]
        .map((each) => each.getAttribute("aria-label").split(",")[0])
        .join() === right,
    pages.join(),
  );
/** Waits for the legend of the map to name this mark, and none of the others. */
const legendHas = (page, mark, others) =>
  page.waitForFunction(
    ({ mark, others }) => {
      const named = [...document.querySelectorAll(".memory .legend [data-mark]")].map((each) => each.dataset.mark);
      return named.includes(mark) && !named.some((each) => others.includes(each));
    },
    { mark, others },
  );

for (const view of ["working", "reading"])
  test(`what a note shows is selected, lit up and zoomed to when the reader comes, in the ${view} view`, () =>
    visit({ view }, async (page) => {
      await openScript(page, script);
      await page.keyboard.press("Home");
      const allocator = page.getByRole("heading", { name: "Allocator" });
      await page.keyboard.press("n");
      await page.locator(".inspector h2", { hasText: /^Page/ }).waitFor();
      await page.locator("[data-link]").nth(1).waitFor({ state: "attached" });
      await litUp(page, ["Page a[0]", "Page a[1]"]);
      await allocator.waitFor();
      const counter = page.getByLabel("Counter to plot");
      if (await counter.count()) assert.equal(await counter.inputValue(), "faults");
      await isAccessible(page, ".app");
      // It has one look, and what the last step changed is not marked beside it.
      const outlines = await page
        .locator(":is(.page[data-focused], .page[data-linked])")
        .evaluateAll((all) => all.map((each) => getComputedStyle(each).outline));
      assert.equal(new Set(outlines).size, 1, outlines.join());
      await legendHas(page, "linked", ["changed", "selected"]);
      // On the next command what was pointed at is dark again; what was selected stays.
      await page.keyboard.press("n");
      await page.locator(".lesson-text").getByText("Two processes.").waitFor();
      await litUp(page, ["Page a[1]"]);
      await page.locator('.memory .legend [data-mark="changed"]').waitFor();
      // The working view has all panels.
      if (view === "reading") await allocator.waitFor({ state: "detached" });
      else assert.ok(await allocator.isVisible());
    }));

const runs = `machine(#{ frames: 64, allocator: "heap_top" });
let a = alloc(4);
let b = alloc(4);
expect(a == b + 4, "side by side");
note("Each of the first.");
show(#{ point: [a, a + 1, a + 2, a + 3] });
note("The first by its ends.");
show(#{ point: [a, a + 3] });
note("Both, and they are two.");
show(#{ point: [b, b + 3, a, a + 3] });
`;

test("a run named by its ends is outlined as a whole, and a line parts it from the one beside it", () =>
  visit({ view: "reading" }, async (page) => {
    await openScript(page, runs);
    await page.keyboard.press("Home");
    const map = async (text) => {
      await page.keyboard.press("n");
      await page.locator(".lesson-text").getByText(text).waitFor();
      await page.locator('.memory .legend [data-mark="linked"]').waitFor();
      // The painting asked for last is done in the next frame.
      return await page.evaluate(async () => {
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        return document.querySelector(".memory canvas").toDataURL();
      });
    };
    const named = await map("Each of the first.");
    assert.equal(await page.locator(".apart").count(), 0);
    assert.ok((await map("The first by its ends.")) === named, "the same picture");
    assert.equal(await page.locator(".apart").count(), 0);
    assert.ok((await map("Both, and they are two.")) !== named);
    assert.equal(await page.locator(".apart .wire").count(), 1);
  }));

test("who comes into the midst of a lesson has the panels that its pages have opened", () =>
  visit({ view: "", hash: "#lesson=gravity" }, async (page) => {
    await readTo(page, 3);
    await page.locator(".allocator").waitFor();
    await page.waitForFunction(() => location.hash.includes("step="));
    await page.reload();
    await ready(page);
    await page.locator(".lesson .count", { hasText: "3 of" }).waitFor();
    await page.locator(".allocator").waitFor();
  }));

test("processes, areas and pages are called as in the script", () =>
  visit({ view: "working" }, async (page) => {
    await openScript(page, script);
    await page.keyboard.press("End");
    const child = page.getByRole("article", { name: "Process 2, sh" });
    await child.locator(".thing.process b", { hasText: /^child$/ }).waitFor();
    await child.locator(".vma-name b", { hasText: /^a$/ }).waitFor();
    await child.getByRole("button", { name: /^Page a\[3\], 0x7ffff7ffe000: untouched/ }).waitFor();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.getByText("shell.touch(a, 3)").first().waitFor();
  }));
