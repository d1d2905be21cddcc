// Reverse mapping made visible: frame, PTE, VMA, slot and process light up together; the inspector and "why?".
import assert from "node:assert/strict";
import { test } from "node:test";
import { openScript, readTo, sample, step, useBrowser, visit } from "./page.mjs";

useBrowser();

/** To the fork: every page is shared by the two processes. */
async function toTheFork(page) {
  await openScript(page, sample);
  await page.keyboard.press("Home");
  await page.keyboard.press("k");
  await page.keyboard.press("k");
  await page.locator("[data-page^='2:']").first().waitFor();
}

/** The middle of the frame that the drawn lines start at, in the window. */
async function frameSpot(page) {
  return page
    .locator(".links g circle")
    .first()
    .evaluate((circle) => {
      const box = circle.getBoundingClientRect();
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    });
}

const lines = (page) => page.locator(".links g[data-link]");

test("over a page: its frame, and a line to every PTE that maps it", () =>
  visit({}, async (page) => {
    await toTheFork(page);
    const mine = page.locator("[data-page^='1:'].shared").first();
    const vpn = (await mine.getAttribute("data-page")).split(":")[1];
    await mine.hover();
    await page.locator(`[data-page='2:${vpn}'][data-linked]`).waitFor();
    assert.equal(await lines(page).count(), 2);
    assert.equal(await page.locator(".links g.read-only").count(), 2, "after fork both mappings are read-only");
    assert.equal(await page.locator("[data-subject^='process:'][data-linked]").count(), 2);
    assert.equal(await page.locator("[data-subject^='vma:'][data-linked]").count(), 2);
    await page.mouse.move(720, 20);
    await page.waitForFunction(() => document.querySelectorAll(".links g").length === 0);
  }));

test("over a frame on the map: the pages that map it; a click selects it", () =>
  visit({}, async (page) => {
    await toTheFork(page);
    await page.locator("[data-page^='1:'].shared").first().hover();
    await lines(page).first().waitFor();
    const spot = await frameSpot(page);
    await page.mouse.move(720, 20);
    await page.waitForFunction(() => document.querySelectorAll(".links g").length === 0);
    await page.mouse.move(spot.x, spot.y);
    await page.waitForFunction(() => document.querySelectorAll("[data-page][data-linked]").length === 2);
    assert.equal(await lines(page).count(), 2);
    assert.match(await page.locator(".readout").innerText(), /Frame \d+/);
    await page.mouse.click(spot.x, spot.y);
    const inspector = page.locator(".inspector");
    await inspector.getByRole("heading", { name: /^Frame \d+$/ }).waitFor();
    await inspector.getByRole("heading", { name: "Mapped by 2 PTEs" }).waitFor();
    await inspector.getByRole("region", { name: "Way back" }).waitFor();
    assert.match(await inspector.locator(".way-back").innerText(), /anon_vma/);
    await page.keyboard.press("Escape");
    await inspector.getByRole("heading", { name: "Inspector" }).waitFor();
  }));

test("the inspector walks the page table bit by bit", () =>
  visit({}, async (page) => {
    await toTheFork(page);
    await page.locator("[data-page^='2:'].shared").first().click();
    const inspector = page.locator(".inspector");
    await inspector.getByRole("heading", { name: "Page-table walk" }).waitFor();
    assert.deepEqual(
      await inspector
        .locator(".walk .level")
        .allInnerTexts()
        .then((all) => all.map((t) => t.replace(/\[.*/, ""))),
      ["PGD", "PUD", "PMD", "PTE"],
    );
    assert.equal(await inspector.locator(".field-bits").count(), 5);
    const leaf = inspector.locator(".walk > li").last();
    const bit = (name) => leaf.locator(`.bits li[title*=", ${name}:"]`);
    assert.equal(await bit("P").getAttribute("class"), "set");
    assert.equal(await bit("RW").getAttribute("class"), "clear", "copy-on-write: not writable");
    // The way on: from the entry to its frame.
    await leaf.getByRole("button", { name: /frame \d+, read only/ }).click();
    await inspector.getByRole("heading", { name: /^Frame \d+$/ }).waitFor();
  }));

test("why? goes to the step that set it, and there is a way back", () =>
  visit({}, async (page) => {
    await toTheFork(page);
    const at = await step(page);
    await page.locator("[data-page^='1:'].shared").first().click();
    await page.keyboard.press("End");
    await page
      .locator(".inspector")
      .getByRole("button", { name: /^Why is State/ })
      .click();
    const cause = page.locator(".cause");
    await cause.waitFor();
    assert.notEqual(await cause.locator("p").innerText(), "");
    assert.ok((await step(page)) < (await page.getByRole("slider", { name: "Step" }).getAttribute("max")));
    await page.locator(".micro [aria-current]").waitFor();
    await cause.getByRole("button", { name: /Back to step/ }).click();
    await page.waitForFunction(() => !document.querySelector(".cause"));
    assert.ok((await step(page)) > at);
  }));

test("a page on disk and its slot", () =>
  visit({}, async (page) => {
    await toTheFork(page);
    await page.keyboard.press("s");
    const slot = page.locator(".slot.used").first();
    await slot.waitFor();
    await slot.hover();
    await page.waitForFunction(() => document.querySelectorAll("[data-page].swap[data-linked]").length === 2);
    await slot.click();
    await page.locator(".inspector").getByRole("heading", { name: /slot/i }).waitFor();
    await page.locator("[data-page].swap").first().hover();
    await page.locator(".slot[data-linked]").waitFor();
  }));

test("what a step changes is marked, and the old value is struck through", () =>
  visit({}, async (page) => {
    await toTheFork(page);
    await page.locator("[data-page^='2:'].shared").last().click();
    await page.keyboard.press("ArrowRight");
    // The child's write: another frame, writable now.
    await page.locator("[data-page^='2:'].changed").waitFor();
    await page.locator(".inspector del").first().waitFor();
    await page.locator(".inspector .fresh").first().waitFor();
  }));

test("free lists: a block lights up on the map; the lists follow the steps", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    await page.keyboard.press("Home");
    const before = await page.locator(".lists").innerText();
    await page.keyboard.press("End");
    await page.waitForFunction((text) => document.querySelector(".lists").innerText !== text, before);
    await page.locator(".block").first().click();
    await page
      .locator(".inspector")
      .getByRole("heading", { name: /^Frame \d+$/ })
      .waitFor();
  }));

test("frames by number and by keys; zoom in, out and all", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    const inspector = page.locator(".inspector");
    await page.getByRole("spinbutton", { name: "Go to frame number" }).fill("10");
    await page.keyboard.press("Enter");
    await inspector.getByRole("heading", { name: "Frame 10", exact: true }).waitFor();
    await page.getByRole("heading", { name: "Physical memory" }).click();
    await page.locator("body").press("]");
    await inspector.getByRole("heading", { name: "Frame 11", exact: true }).waitFor();
    await page.locator("body").press("[");
    await page.locator("body").press("[");
    await inspector.getByRole("heading", { name: "Frame 9", exact: true }).waitFor();
    const picture = () => page.locator(".map canvas").evaluate((canvas) => canvas.toDataURL());
    // The inspector can be ahead of the map, which is painted with the next frame of the screen: the picture counts
    // once it has shown frame 9 and then stays.
    await page.waitForFunction(() => {
      const now = document.querySelector(".map canvas").toDataURL();
      const frames = (window.unchanged = now === window.lastPicture ? (window.unchanged ?? 0) + 1 : 0);
      window.lastPicture = now;
      return frames >= 10;
    });
    const whole = await picture();
    await page.getByRole("button", { name: "Zoom in" }).click();
    await page.waitForFunction((old) => document.querySelector(".map canvas").toDataURL() !== old, whole);
    await page.getByRole("button", { name: "Show all frames" }).click();
    await page.waitForFunction((old) => document.querySelector(".map canvas").toDataURL() === old, whole);
    const box = await page.locator(".map canvas").boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.wheel(0, -400);
    await page.waitForFunction((old) => document.querySelector(".map canvas").toDataURL() !== old, whole);
  }));

test("what is linked out of view is brought into sight, one after another, by pointer and by keys", () =>
  visit({ size: [1280, 720] }, async (page) => {
    await openScript(
      page,
      `machine(#{ frames: 512 });
let p = spawn("shell");
let a = p.mmap(4);
p.touch(a, 4);
let all = [];
for i in 0..11 { all.push(p.fork()); }
`,
    );
    await page.keyboard.press("End");
    await page.locator("[data-strip='12']").waitFor({ state: "attached" });
    await page.locator("[data-page^='1:'].shared").first().click();
    const chip = page.getByRole("button", { name: /linked out of view/ });
    await chip.waitFor();
    assert.ok((await chip.boundingBox()).height >= 24);
    /** The processes whose linked page is in sight. */
    const inSight = () =>
      page.evaluate(() => {
        const box = document.querySelector(".strips").getBoundingClientRect();
        return [...document.querySelectorAll(".strips .page[data-linked]")]
          .filter((one) => {
            const { top, bottom } = one.getBoundingClientRect();
            return (top + bottom) / 2 >= box.top && (top + bottom) / 2 <= box.bottom;
          })
          .map((one) => one.dataset.page.split(":")[0]);
      });
    const seen = new Set(await inSight());
    assert.ok(seen.size < 12);
    const top = () => page.locator(".strips").evaluate((one) => one.scrollTop);
    for (let n = 0; n < 36 && seen.size < 12; n++) {
      const before = await top();
      if (n % 2 === 0) await chip.click();
      else await chip.press("Enter");
      await page.waitForFunction((old) => document.querySelector(".strips").scrollTop !== old, before);
      for (const pid of await inSight()) seen.add(pid);
    }
    assert.equal(seen.size, 12);
  }));

test("letters of the bytes are not cut off", () =>
  visit({ view: "", hash: "#lesson=fork-and-cow", size: [1280, 720] }, async (page) => {
    for (const size of [
      [1280, 720],
      [1440, 900],
    ]) {
      await page.setViewportSize({ width: size[0], height: size[1] });
      await readTo(page, 2);
      await page.locator("[data-page^='1:'].frame").first().click();
      const bytes = page.locator(".inspector .bytes");
      await bytes.waitFor();
      assert.match(await bytes.innerText(), /from the parent/);
      assert.ok(await bytes.evaluate((one) => one.scrollWidth <= one.clientWidth), size.join("x"));
    }
  }));
