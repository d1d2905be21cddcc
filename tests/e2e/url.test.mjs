// The state in the address bar: written, restored, and never trusted.
import assert from "node:assert/strict";
import { test } from "node:test";
import { lessonIsOpen, openScript, ready, sample, standsAt, steps, useBrowser, visit } from "./page.mjs";

useBrowser();

const hash = (page) => page.evaluate(() => location.hash);

test("lesson, step and selection come back from a link", () =>
  visit({ hash: "#lesson=fork-and-cow&step=2&select=frame:9" }, async (page) => {
    await standsAt(page, 2);
    await page.locator(".inspector").getByRole("heading", { name: "Frame 9", exact: true }).waitFor();
    assert.equal(await page.locator(".notice").count(), 0);
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction(() => location.hash.includes("step=3"));
    assert.match(await hash(page), /^#lesson=fork-and-cow&step=3&select=frame:9$/);
    await page.reload();
    await ready(page);
    await standsAt(page, 3);
    await page.locator(".inspector").getByRole("heading", { name: "Frame 9", exact: true }).waitFor();
  }));

test("a place inside a step comes back, too", () =>
  visit({}, async (page) => {
    await page.keyboard.press("f");
    await page.keyboard.press("Shift+ArrowLeft");
    await page.waitForFunction(() => location.hash.includes("event="));
    const text = await page.getByRole("tab", { name: /Micro-steps/ }).innerText();
    await page.reload();
    await ready(page);
    assert.equal(await page.getByRole("tab", { name: /Micro-steps/ }).innerText(), text);
  }));

test("an edited script travels in the link", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    await page.keyboard.press("End");
    const total = await steps(page);
    await page.waitForFunction((n) => location.hash.includes("script=") && location.hash.includes(`step=${n}`), total);
    await page.reload();
    await ready(page);
    await standsAt(page, total);
    assert.equal(await steps(page), total);
    assert.equal(await page.locator(".notice").count(), 0);
  }));

test("a link followed in the open page is followed", () =>
  visit({}, async (page) => {
    await page.evaluate(() => (location.hash = "#lesson=fork-and-cow&step=3"));
    await lessonIsOpen(page, "fork-and-cow");
    await standsAt(page, 3);
  }));

const bad = [
  ["#lesson=no-such-lesson", /there is no lesson “no-such-lesson”; there are first-touch/],
  ["#lesson=first-touch&step=-1", /step “-1” is not a whole number/],
  ["#lesson=first-touch&step=1e9", /step “1e9” is not a whole number/],
  ["#lesson=first-touch&step=999999", /step 999999 is past the last/],
  ["#lesson=first-touch&select=frame:x", /select “frame:x” is not like/],
  ["#lesson=first-touch&select=frame:999999", /there is no frame:999999 at this step/],
  ["#lesson=first-touch&colour=red", /“colour” is not one of/],
  ["#script=AAAA!!", /its script is damaged/],
  ["#%E0%A4%A", /is not one of/],
  [`#lesson=${"x".repeat(5000)}`, /there is no lesson/],
];

for (const [link, message] of bad)
  test(`a bad link is told of: ${link.slice(0, 50)}`, () =>
    visit({ hash: link }, async (page) => {
      await page.locator(".notice[role=alert]").waitFor();
      assert.match(await page.locator(".notice").innerText(), message);
      // And the page is whole all the same.
      await page.getByRole("heading", { name: "Physical memory" }).waitFor();
      await page.getByRole("button", { name: "Dismiss this message" }).click();
      await page.locator(".notice").waitFor({ state: "detached" });
    }));
