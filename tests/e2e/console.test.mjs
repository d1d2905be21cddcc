// The console: the script's language, one line at a time; a command in the past cuts the future.
import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseLesson, isAccessible, openScript, sample, standsAt, steps, useBrowser, visit } from "./page.mjs";

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
    await page.getByText(`a command leaves the ${total - at} steps ahead`).waitFor();
    await say(page, 'spawn("other")');
    await standsAt(page, at + 1);
    assert.equal(await steps(page), at + 1);
    await page.getByText(`This branches off: ${total - at} later steps are left out.`).waitFor();
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

test("a line that takes its time holds up neither the page nor its place", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    await page.keyboard.press("Home");
    await page.keyboard.press("k");
    let come;
    const wait = new Promise((resolve) => (come = resolve));
    await page.route(/worker.*\.js/, (route) => wait.then(() => route.continue()));
    await say(page, 'let late = spawn("late")');
    await say(page, "late.mmap(1)");
    await page.locator(".line-waiting").nth(1).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("End");
    assert.ok((await steps(page)) > 4);
    come();
    await page.locator(".line-in").nth(1).waitFor();
    assert.equal(await page.locator(".line-waiting").count(), 0);
    // Where the first was given, and after it.
    await standsAt(page, 4);
    assert.equal(await steps(page), 4);
    await page.getByRole("article", { name: /late/ }).waitFor();
  }));

test("a line for a machine that has been left is not given to the next", () =>
  visit({}, async (page) => {
    let come;
    const wait = new Promise((resolve) => (come = resolve));
    let held = true;
    await page.route(/worker.*\.js/, (route) => (held ? wait : Promise.resolve()).then(() => route.continue()));
    await say(page, 'spawn("late")');
    await page.locator(".line-waiting").waitFor();
    held = false;
    await chooseLesson(page, "Fork and copy-on-write");
    await page.waitForFunction(() => location.hash.startsWith("#lesson=fork-and-cow"));
    come();
    await page.locator(".line-waiting").waitFor({ state: "detached" });
    await page.getByText("Not run: its machine has been left.").waitFor();
    assert.equal(await page.getByRole("article", { name: /late/ }).count(), 0);
    await say(page, "1 + 1");
    await page.locator(".line-out", { hasText: "2" }).waitFor();
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

test("the script's variables are known, names are completed, and help is there", () =>
  visit({ view: "working" }, async (page) => {
    await openScript(page, 'let shell = spawn("sh");\nlet area = shell.mmap(4);\nlet areas = 2;\n');
    await page.keyboard.press("End");
    const input = page.getByLabel("Command", { exact: true });
    await input.click();
    await page.keyboard.type("shell.touc");
    await page.keyboard.press("Tab");
    await page.waitForFunction(() => document.querySelector("#console-input").value === "shell.touch");
    await page.keyboard.type("(ar");
    await page.keyboard.press("Tab");
    await page.waitForFunction(() => document.querySelector("#console-input").value === "shell.touch(area");
    await page.locator(".console .names", { hasText: /^area +area_tree$/ }).waitFor();
    await isAccessible(page, ".console");
    await page.keyboard.type(" + PAGE)");
    // After a bracket there is nothing to complete: Tab leaves.
    await page.keyboard.press("Tab");
    assert.notEqual(await page.evaluate(() => document.activeElement?.id), "console-input");
    await input.press("Enter");
    await standsAt(page, 3);
    await say(page, "help(order_of)");
    await page.locator(".console-log", { hasText: "the smallest order whose blocks hold so many pages" }).waitFor();
  }));
