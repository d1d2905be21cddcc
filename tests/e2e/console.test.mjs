// The console: the script's language, one line at a time; a command in the past cuts the future.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openScript, sample, standsAt, steps, useBrowser, visit } from "./page.mjs";

useBrowser();

async function say(page, line) {
  await page.getByLabel("Command", { exact: true }).fill(line);
  await page.keyboard.press("Enter");
}

test("a command at the end adds a step", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    await page.keyboard.press("End");
    const had = await steps(page);
    await page.keyboard.press("/");
    await page.keyboard.type('spawn("late")');
    await page.keyboard.press("Enter");
    await standsAt(page, had + 1);
    await page.getByRole("article", { name: /late/ }).waitFor();
    assert.equal(await page.getByLabel("Command", { exact: true }).inputValue(), "");
    assert.match(await page.locator(".console-log").innerText(), /spawn\("late"\)/);
    // Stepping back takes it back; it is history like the rest.
    await page.keyboard.press("Escape");
    await page.keyboard.press("ArrowLeft");
    await page.getByRole("article", { name: /late/ }).waitFor({ state: "detached" });
  }));

test("processes of the script are known by number", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    await page.keyboard.press("End");
    const had = await steps(page);
    await say(page, "p1.mmap(2)");
    await standsAt(page, had + 1);
    assert.match(await page.locator(".console-log .line-out").innerText(), /0x[0-9a-f]+/);
  }));

test("a command in the past cuts the future, and says how much", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    await page.keyboard.press("Home");
    await page.keyboard.press("k");
    const total = await steps(page);
    const at = 2;
    await standsAt(page, at);
    await page.getByText(`a command cuts the ${total - at} steps ahead`).waitFor();
    await say(page, 'spawn("other")');
    await standsAt(page, at + 1);
    assert.equal(await steps(page), at + 1);
    await page.getByText(`${total - at} later steps were cut.`).waitFor();
  }));

test("an error is told in the console and changes nothing", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    await page.keyboard.press("Home");
    await page.keyboard.press("k");
    const total = await steps(page);
    await say(page, "p1.nonsense()");
    await page.locator(".console-log .line-error").waitFor();
    assert.match(await page.locator(".line-error").innerText(), /nonsense/);
    await say(page, "p99.mmap(1)");
    await page.waitForFunction(() => document.querySelectorAll(".line-error").length === 2);
    await say(page, "loop {}");
    await page.waitForFunction(() => document.querySelectorAll(".line-error").length === 3);
    assert.equal(await steps(page), total);
    await standsAt(page, 2);
  }));

test("earlier lines come back with the arrow up", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    await say(page, 'counter("faults")');
    await say(page, "1 + 1");
    const input = page.getByLabel("Command", { exact: true });
    await input.press("ArrowUp");
    assert.equal(await input.inputValue(), "1 + 1");
    await input.press("ArrowUp");
    assert.equal(await input.inputValue(), 'counter("faults")');
    await input.press("ArrowDown");
    assert.equal(await input.inputValue(), "1 + 1");
  }));
