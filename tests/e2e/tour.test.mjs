// The tour: offered once, on the first visit; each stop beside a real thing; left with Escape and taken up again.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isAccessible, ready, useBrowser, visit } from "./page.mjs";

useBrowser();

const offer = (page) => page.getByRole("complementary", { name: "Tour of the page" });
const card = (page) => page.locator(".tour");
const goOn = (page) => card(page).locator(".due").click();

/** The card lies in the window, and the thing it is about is marked. */
async function isBesideSomething(page) {
  const window = page.viewportSize();
  const box = await card(page).boundingBox();
  assert.ok(box.x >= 0 && box.y >= 0, "inside the window");
  assert.ok(box.x + box.width <= window.width && box.y + box.height <= window.height, "inside the window");
  assert.equal(await page.locator("[data-tour]").count(), 1);
}

for (const [size, theme] of [
  [[1440, 900], "light"],
  [[390, 844], "dark"],
])
  test(`the tour leads past real things, and is not offered again: ${size}`, () =>
    visit({ view: "", size, theme }, async (page) => {
      await isAccessible(page, ".tour-offer");
      await offer(page).getByRole("button", { name: "Take the tour" }).click();
      assert.equal(await offer(page).count(), 0);
      await isAccessible(page, ".tour");
      const titles = [];
      while (await card(page).count()) {
        await isBesideSomething(page);
        titles.push(await card(page).getByRole("heading").innerText());
        await goOn(page);
        const title = titles.at(-1);
        await page.waitForFunction((title) => document.querySelector(".tour h2")?.textContent !== title, title);
      }
      assert.ok(titles.length >= 4, titles.join(", "));
      assert.equal(await page.locator("[data-tour]").count(), 0);
      await page.reload();
      await ready(page);
      assert.equal((await offer(page).count()) + (await card(page).count()), 0);
    }));

test("Escape leaves it, the page is usable meanwhile, and ? takes it up where it was left", () =>
  visit({ view: "" }, async (page) => {
    await offer(page).getByRole("button", { name: "Take the tour" }).click();
    await goOn(page);
    await card(page).getByRole("heading", { name: "Read on" }).waitFor();
    await page.locator(".onwards .next").click();
    await page.locator(".lesson .count", { hasText: /^2 of/ }).waitFor();
    await page.keyboard.press("Escape");
    await card(page).waitFor({ state: "detached" });
    await page.reload();
    await ready(page);
    assert.equal(await card(page).count(), 0);
    await page.keyboard.press("?");
    await page.getByRole("button", { name: "Go on with the tour at stop 2" }).click();
    await card(page).getByRole("heading", { name: "Read on" }).waitFor();
    await card(page).getByRole("button", { name: "‹ Back" }).click();
    await card(page).getByRole("heading", { name: "The lesson" }).waitFor();
  }));

test("who does not want it is not asked again", () =>
  visit({ view: "" }, async (page) => {
    await offer(page).getByRole("button", { name: "Not now" }).click();
    await page.reload();
    await ready(page);
    assert.equal(await offer(page).count(), 0);
  }));
