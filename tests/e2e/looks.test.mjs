// How it looks: every lesson in both themes and both sizes without a violation that axe can find; no scrolling on a
// usual screen; usable on a narrow one.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AxeBuilder, place, standsAt, step, steps, useBrowser, visit } from "./page.mjs";

useBrowser();

const themes = ["light", "dark"];

async function sound(page, where) {
  // The lines lie over everything; under them axe can't judge contrast.
  const shown = (display) =>
    page.locator(".links").evaluate((lines, display) => (lines.style.display = display), display);
  await shown("none");
  const { violations } = await new AxeBuilder({ page }).analyze();
  await shown("");
  const told = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target} ${node.failureSummary}`).join(" | ")}`,
  );
  assert.deepEqual(told, [], where);
}

for (const theme of themes)
  test(`accessible at 1440x900, ${theme}`, () =>
    visit({ theme, hash: "#lesson=fork-and-cow" }, async (page) => {
      await sound(page, "as it opens");
      await page.keyboard.press("End");
      await page.locator("button.page.frame").first().click();
      await page.locator(".walk").waitFor();
      await sound(page, "with a page in the inspector");
      await page.getByRole("tab", { name: "Counters" }).click();
      await page.getByLabel("Command", { exact: true }).fill("nonsense(");
      await page.keyboard.press("Enter");
      await page.locator(".line-error").waitFor();
      await sound(page, "with counters and an error in the console");
      await page.keyboard.press("Escape");
      await page.keyboard.press("?");
      await page.getByRole("dialog").waitFor();
      await sound(page, "with the keys");
    }));

/** Selects a page. Beside other work a click right after the way to the end was lost now and then, for a reason that is
 *  not known; then it is made again. */
async function select(page, cell) {
  const chosen = () =>
    page
      .waitForFunction(() => /select=page/.test(location.hash), null, { timeout: 5000 })
      .then(
        () => true,
        () => false,
      );
  for (let n = 0; n < 3; n++) {
    await cell.click();
    if (await chosen()) return;
  }
  assert.fail("the page is selected");
}

for (const theme of themes)
  test(`accessible and usable at 390x844, ${theme}`, () =>
    visit({ theme, size: [390, 844], hash: "#lesson=fork-and-cow" }, async (page) => {
      for (const name of ["Lesson", "Memory", "Inspect", "Script"]) {
        await place(page, name);
        await sound(page, name);
        assert.ok(
          await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
          `${name} fits the width`,
        );
      }
      const at = await step(page);
      await page.getByRole("button", { name: "One step forward" }).click();
      await standsAt(page, at + 1);
      // What is selected before the end has come may be gone then.
      await page.getByRole("button", { name: "To the end" }).click();
      await standsAt(page, await steps(page));
      await place(page, "Memory");
      await select(page, page.locator("button.page.frame").first());
      await page.locator(".links g").first().waitFor();
      await sound(page, "Memory, with lines");
      await place(page, "Inspect");
      await page.locator(".walk").waitFor();
      await sound(page, "Inspect, with a walk");
    }));

test("one screen at 1440x900: nothing scrolls, nothing sticks out", () =>
  visit({ hash: "#lesson=fork-and-cow" }, async (page) => {
    await page.keyboard.press("End");
    const size = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.scrollHeight,
    ]);
    assert.deepEqual(size, [1440, 900]);
    for (const name of [
      "Lesson",
      "Script",
      "Console",
      "Physical memory",
      "Processes",
      "Inspector",
      "Allocator",
      "Swap disk",
    ]) {
      const box = await page.getByRole("heading", { name, exact: true }).boundingBox();
      assert.ok(box && box.y > 0 && box.y + box.height < 900, name);
    }
  }));

test("the theme follows the system, is switched, and is remembered", () =>
  visit({ theme: "dark" }, async (page) => {
    const shown = () => page.evaluate(() => document.documentElement.dataset.theme);
    assert.equal(await shown(), "dark");
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await ground();
    const map = () => page.locator(".map canvas").evaluate((canvas) => canvas.toDataURL());
    const darkMap = await map();
    await page.getByRole("button", { name: "Use light colours" }).click();
    assert.equal(await shown(), "light");
    assert.notEqual(await ground(), dark);
    await page.waitForFunction((old) => document.querySelector(".map canvas").toDataURL() !== old, darkMap);
    await page.reload();
    await page.getByRole("button", { name: "Use dark colours" }).waitFor();
    assert.equal(await shown(), "light");
  }));

test("nothing moves by itself for those who prefer reduced motion", () =>
  visit({ hash: "#lesson=fork-and-cow" }, async (page) => {
    await page.keyboard.press("End");
    await page.locator(".block").first().waitFor();
    const moving = await page.evaluate(() => document.getAnimations().length);
    assert.equal(moving, 0);
  }));

test("the whole page is reached by keyboard, without a trap", () =>
  visit({}, async (page) => {
    const seen = new Set();
    for (let i = 0; i < 90; i++) {
      await page.keyboard.press("Tab");
      seen.add(
        await page.evaluate(() => {
          let focus = document.activeElement;
          while (focus?.shadowRoot?.activeElement) focus = focus.shadowRoot.activeElement;
          return focus?.getAttribute("aria-label") ?? focus?.textContent?.trim().slice(0, 40) ?? "";
        }),
      );
    }
    for (const name of [
      "Show all keys",
      "Script",
      "One step forward",
      "Step",
      "Go to frame number",
      "Inspector",
      "Speed of play",
    ])
      assert.ok(seen.has(name), `${name} among ${[...seen].join(", ")}`);
  }));

for (const view of ["", "working"])
  test(`forced colours: all text stands out from the ground, in the ${view || "reading"} view`, () =>
    visit({ view, hash: "#lesson=swap-out", size: [1280, 720], forcedColors: "active" }, async (page) => {
      for (let note = 2; note <= 4; note++) {
        await page.locator(".onwards .next").click();
        await page.locator(".lesson .panel-head .count", { hasText: `${note} of` }).waitFor();
        // Behind text that keeps no colour of its own the browser draws the ground: text of its colour is gone.
        const unseen = await page.evaluate(() => {
          const ground = getComputedStyle(document.body).backgroundColor;
          const speaks = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
          return [...document.querySelectorAll(".app *")]
            .filter((one) => one.checkVisibility() && speaks(one))
            .filter((one) => getComputedStyle(one).color === ground)
            .filter((one) => getComputedStyle(one).forcedColorAdjust !== "none")
            .map((one) => `${one.className}: ${one.textContent}`);
        });
        assert.deepEqual(unseen, [], `note ${note}`);
        // Behind an icon it draws nothing.
        const lost = await page.evaluate(() =>
          [...document.querySelectorAll(".app button .icon")]
            .filter((icon) => icon.checkVisibility())
            .filter((icon) => getComputedStyle(icon).color === getComputedStyle(icon.parentElement).backgroundColor)
            .map((icon) => icon.parentElement.title),
        );
        assert.deepEqual(lost, [], `icons at note ${note}`);
      }
    }));
