// Back and Forward of the browser between places: jumps are entries of the history, steps are not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { standsAt, useBrowser, visit } from "./page.mjs";
import { say, written } from "./sharing.mjs";

useBrowser();

const entries = (page) => page.evaluate(() => history.length);

test("a jump on the track is gone back from and forward to; single steps are no entries", () =>
  visit({ hash: "#lesson=first-touch&step=3" }, async (page) => {
    const had = await entries(page);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    const at = Number(await page.getByTestId("step").innerText());
    await written(page, `step=${at}`);
    assert.equal(await entries(page), had);
    await page.getByRole("slider", { name: "Step" }).fill("25");
    await written(page, "step=25");
    assert.equal(await entries(page), had + 1);
    await page.keyboard.press("ArrowLeft");
    await page.waitForFunction(() => !location.hash.includes("step=25"));
    const near = Number(await page.getByTestId("step").innerText());
    await page.goBack();
    await standsAt(page, at);
    await page.goForward();
    await standsAt(page, near);
    assert.equal(await entries(page), had + 1);
    await page.getByRole("slider", { name: "Step" }).fill(String(near - 2));
    await standsAt(page, near - 2);
    await written(page, `step=${near - 2}`);
    assert.equal(await entries(page), had + 1, "near by is no jump");
  }));

test("a link in a note is followed and gone back from, on the same machine", () =>
  visit({ hash: "#lesson=first-touch" }, async (page) => {
    const link = page.locator(".lesson-text .goto-thing", { hasText: "frame 0" });
    while ((await link.count()) === 0) await page.locator(".onwards .next").click();
    await page.keyboard.press("Escape");
    await link.click();
    const frame = page.locator(".inspector").getByRole("heading", { name: "Frame 0", exact: true });
    await frame.waitFor();
    await written(page, "select=frame:0");
    await page.goBack();
    await frame.waitFor({ state: "detached" });
    await page.goForward();
    await frame.waitFor();
    assert.equal(await page.locator(".progress").count(), 0);
    // What is done on it stays with it.
    await say(page, "let run = alloc(2)");
    await say(page, "run");
    assert.match(await page.locator(".console-log .line-out").last().innerText(), /\d/);
  }));
