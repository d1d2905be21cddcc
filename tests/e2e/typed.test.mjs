// Nothing typed is lost: script, console, selection and place survive a reload and a closed tab; a link wins over them,
// and they are offered; tabs do not destroy each other's; what the browser kept is checked like anything from outside.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isAccessible, openScript, ready, sample, standsAt, steps, useBrowser, visit } from "./page.mjs";
import { hash, say } from "./sharing.mjs";

useBrowser();

const records = (page) =>
  page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith("pageturner-work.")));

/** The page in a new tab of the same browser, once the tab before has been closed. */
async function reopened(page, to = "") {
  const address = new URL(page.url());
  const context = page.context();
  const next = await context.newPage();
  await page.close();
  await next.goto(address.origin + address.pathname + to);
  await ready(next);
  return next;
}

async function type(page, text) {
  await page.getByRole("textbox", { name: "Script" }).click();
  await page.keyboard.press("ControlOrMeta+Home");
  await page.keyboard.insertText(text);
}

/** A script of one's own, with edits that were not run, two lines of the console, and a third that was not given. */
async function work(page) {
  await openScript(page, sample, "mine.rhai");
  await page.keyboard.press("End");
  await say(page, "let run = alloc(3)");
  await say(page, "nonsense()");
  await type(page, "// half a thought\n");
  await page.getByRole("spinbutton", { name: "Go to frame number" }).fill("9");
  await page.keyboard.press("Enter");
  await page.getByLabel("Command", { exact: true }).fill("free(run");
  return { steps: await steps(page), log: await page.locator(".console-log").innerText() };
}

async function isThere(page, { steps: had, log }) {
  await page.locator(".cm-line", { hasText: "// half a thought" }).waitFor();
  await page.getByText("edited, not run").waitFor();
  await standsAt(page, had);
  assert.equal(await page.locator(".console-log").innerText(), log);
  assert.equal(await page.getByLabel("Command", { exact: true }).inputValue(), "free(run");
  await page.locator(".inspector").getByRole("heading", { name: "Frame 9", exact: true }).waitFor();
}

test("a reload keeps all that was typed, and says nothing of it", () =>
  visit({}, async (page) => {
    const made = await work(page);
    await page.reload();
    await ready(page);
    await isThere(page, made);
    assert.equal(await page.locator(".notice").count(), 0);
    // The arrows find what was given before, and the machine has its variables.
    await page.getByLabel("Command", { exact: true }).focus();
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    assert.equal(await page.getByLabel("Command", { exact: true }).inputValue(), "let run = alloc(3)");
    await page.getByLabel("Command", { exact: true }).fill("");
    await say(page, "free(run, 3)");
    await standsAt(page, made.steps + 1);
    assert.equal((await records(page)).length, 1, "a visit goes on with the record of the one before");
  }));

test("a closed tab is gone on with; starting afresh is one click, and Back undoes it", () =>
  visit({}, async (page) => {
    const made = await work(page);
    let next = await reopened(page);
    await isThere(next, made);
    const notice = next.locator(".notice.news");
    assert.match(await notice.innerText(), /You are where you left off \(\d{1,2} \w+, \d\d:\d\d\)\./);
    await isAccessible(next, ".notice");
    await next.getByRole("button", { name: "Start afresh" }).click();
    await next.waitForFunction(() => location.hash.startsWith("#lesson=first-touch"));
    assert.equal(await notice.count(), 0);
    assert.equal(await next.locator(".console-log .line-in").count(), 0);
    await next.goBack();
    await next.locator(".cm-line", { hasText: "// half a thought" }).waitFor();
    await ready(next);
    await standsAt(next, made.steps);
    assert.equal(await next.getByLabel("Command", { exact: true }).inputValue(), "free(run");
    assert.ok((await next.locator(".console-log").innerText()).startsWith(made.log), "and the console's lines");
    // And so on: the next visit finds it again.
    next = await reopened(next);
    await next.locator(".cm-line", { hasText: "// half a thought" }).waitFor();
    assert.equal((await records(next)).length, 1);
  }));

test("a link wins over what was typed before, which is offered once and brought back", () =>
  visit({}, async (page) => {
    const made = await work(page);
    const next = await reopened(page, "#lesson=fork-and-cow&step=5");
    await standsAt(next, 5);
    assert.equal(await next.locator(".console-log .line-in").count(), 0);
    assert.match(await next.locator(".notice.news").innerText(), /What you had typed before is kept: “half a thought”/);
    // Not again for each link that is opened.
    const other = await next.context().newPage();
    await other.goto(`${new URL(next.url()).origin}/#lesson=swap-out&step=2`);
    await ready(other);
    await standsAt(other, 2);
    assert.equal(await other.locator(".notice").count(), 0);
    await next.getByRole("button", { name: "Bring it back" }).click();
    await next.locator(".cm-line", { hasText: "// half a thought" }).waitFor();
    await ready(next);
    await isThere(next, made);
    await next.goBack();
    await standsAt(next, 5);
  }));

test("tabs that are open at once do not destroy each other's text", () =>
  visit({}, async (one) => {
    await type(one, "// of the first\n");
    const two = await one.context().newPage();
    await two.goto(new URL(one.url()).origin);
    await ready(two);
    assert.equal(await two.locator(".notice").count(), 0, "what another tab has open is not taken over");
    assert.equal(await two.locator(".cm-line", { hasText: "// of the first" }).count(), 0);
    await type(two, "// of the second\n");
    await one.reload();
    await ready(one);
    await one.locator(".cm-line", { hasText: "// of the first" }).waitFor();
    await two.reload();
    await ready(two);
    await two.locator(".cm-line", { hasText: "// of the second" }).waitFor();
    const next = await reopened(two);
    await next.locator(".cm-line", { hasText: "// of the second" }).waitFor();
    assert.equal(await one.locator(".cm-line", { hasText: "// of the first" }).count(), 1);
  }));

const foreign = [
  ["no JSON", "}{"],
  ["another program's", '{"theme":"dark"}'],
  ["a line without a text", JSON.stringify({ ...whole(), lines: [{ kind: "in" }] })],
  ["a script that is none", JSON.stringify({ ...whole(), text: 7 })],
  ["a script without an end", JSON.stringify({ ...whole(), text: "x".repeat((1 << 20) + 1) })],
  ["a time that is none", JSON.stringify({ ...whole(), at: "now" })],
];

function whole() {
  return { at: 1, hash: "", title: "", text: null, typed: true, lines: [], unsent: "" };
}

for (const [name, record] of foreign)
  test(`what the browser kept is checked, and dropped where it is damaged: ${name}`, () =>
    visit({ hash: "#lesson=first-touch&step=3" }, async (page) => {
      await page.evaluate((record) => localStorage.setItem("pageturner-work.old", record), record);
      const next = await reopened(page, "#lesson=first-touch&step=2");
      await next.locator(".notice.news", { hasText: "kept of an earlier visit is damaged: it was dropped" }).waitFor();
      await standsAt(next, 2);
      assert.ok(!(await records(next)).includes("pageturner-work.old"));
    }));

test("a record whose machine ended the page is not opened again by itself, but offered", () =>
  visit({ hash: "#lesson=first-touch&step=3" }, async (page) => {
    const left = {
      ...whole(),
      at: Date.now() + 1e6,
      hash: "lesson=fork-and-cow&step=4",
      text: "// mine\n",
      begun: true,
    };
    await page.evaluate((left) => localStorage.setItem("pageturner-work.old", left), JSON.stringify(left));
    const next = await reopened(page);
    await next.waitForFunction(() => location.hash.startsWith("#lesson=first-touch"));
    await next.getByRole("button", { name: "Bring it back" }).click();
    await next.waitForFunction(() => location.hash.startsWith("#lesson=fork-and-cow"));
    await next.locator(".cm-line", { hasText: "// mine" }).waitFor();
  }));

test("where the browser keeps nothing more, it is said, with the script as a file", () =>
  visit({}, async (page) => {
    await page.evaluate(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
    });
    await type(page, "// mine\n");
    const notice = page.locator(".notice[role=alert]");
    await notice.waitFor();
    assert.match(
      await notice.innerText(),
      /This browser keeps nothing more: closing the page loses what you have typed\./,
    );
    const saved = page.waitForEvent("download");
    await notice.getByRole("button", { name: "Save script" }).click();
    assert.equal((await saved).suggestedFilename(), "first-touch.rhai");
    assert.match(await hash(page), /^#lesson=first-touch/);
  }));
