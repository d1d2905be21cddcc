// What can be opened beside lessons: nothing at all, examples, and scripts that this browser keeps.
import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseLesson, isAccessible, isOpen, lessonIsOpen, openScript, ready, useBrowser, visit } from "./page.mjs";
import { say } from "./sharing.mjs";

useBrowser();

const dialog = (page) => page.getByRole("dialog", { name: "Open" });

async function open(page) {
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await dialog(page).waitFor();
}

async function type(page, text) {
  await page.getByRole("textbox", { name: "Script" }).click();
  await page.keyboard.press("ControlOrMeta+Home");
  await page.keyboard.insertText(text);
}

async function save(page, name) {
  await open(page);
  await dialog(page).getByLabel("Name", { exact: true }).fill(name);
  await dialog(page).getByRole("button", { name: "Save what is in the editor" }).click();
  await dialog(page)
    .getByText(/^Saved/)
    .waitFor();
}

const names = (page) => dialog(page).locator(".kept .entry-title").allInnerTexts();

test("from nothing: a small machine, an empty script, and the console", () =>
  visit({}, async (page) => {
    await open(page);
    await dialog(page).getByRole("button", { name: /^New/ }).click();
    await isOpen(page, "New scenario");
    await ready(page);
    await say(page, 'let p = spawn("mine")');
    await page.getByRole("article", { name: /mine/ }).waitFor();
    assert.equal(await page.getByRole("complementary", { name: "Branch" }).count(), 0, "there was nothing to leave");
  }));

test("examples stand by topic, and each is opened and run by a click", () =>
  visit({ size: [1280, 720], theme: "dark" }, async (page) => {
    await open(page);
    assert.ok((await dialog(page).locator(".examples .entry").count()) >= 8);
    await isAccessible(page, ".open-dialog");
    await dialog(page)
      .getByRole("button", { name: /^Thrashing/ })
      .click();
    await isOpen(page, "Thrashing");
    await page.waitForFunction(() => location.hash.startsWith("#script="));
    await ready(page);
    await page.keyboard.press("n");
    await page
      .locator(".lesson-text")
      .getByText(/Round 1/)
      .waitFor();
    assert.equal(await page.locator(".script-error").count(), 0);
  }));

test("scenarios are kept, opened after a reload, renamed, saved over and deleted, each with a way back", () =>
  visit({}, async (page) => {
    await openScript(page, 'machine(#{ frames: 32 });\nspawn("first");\n', "mine.rhai");
    await save(page, "My machine");
    await page.reload();
    await ready(page);
    await chooseLesson(page, "Fork and copy-on-write");
    await lessonIsOpen(page, "fork-and-cow");
    await open(page);
    // They are read from the browser's storage, which takes a moment.
    await dialog(page).locator(".kept .entry").waitFor();
    assert.deepEqual(await names(page), ["My machine"]);
    await isAccessible(page, ".open-dialog");
    await dialog(page).getByRole("button", { name: "Rename My machine" }).click();
    await dialog(page).getByLabel("New name of My machine").fill("Mine");
    await page.keyboard.press("Enter");
    await dialog(page).getByRole("button", { name: "Delete Mine" }).click();
    await dialog(page).getByText("None yet.").waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".notice").getByRole("button", { name: "Undo" }).click();
    await open(page);
    await dialog(page).locator(".kept .entry", { hasText: "Mine" }).click();
    await isOpen(page, "Mine");
    await ready(page);
    await page.keyboard.press("End");
    await page.getByRole("article", { name: /first/ }).waitFor();
    await openScript(page, 'machine(#{ frames: 32 });\nspawn("second");\n', "other.rhai");
    await save(page, "Mine");
    await dialog(page).getByText("Saved over the one of this name.").waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".notice").getByRole("button", { name: "Undo" }).click();
    await open(page);
    await dialog(page).locator(".kept .entry", { hasText: "Mine" }).click();
    await isOpen(page, "Mine");
    await page.locator(".cm-line", { hasText: 'spawn("first")' }).waitFor();
  }));

test("what was typed and then left for a lesson is kept without being asked, even when the tab is closed", () =>
  visit({}, async (page) => {
    await type(page, "// half a thought\n");
    await chooseLesson(page, "Fork and copy-on-write");
    await lessonIsOpen(page, "fork-and-cow");
    await chooseLesson(page, "First touch");
    await lessonIsOpen(page, "first-touch");
    const next = await page.context().newPage();
    const address = new URL(page.url()).origin;
    await page.close();
    await next.goto(address);
    await ready(next);
    await open(next);
    await dialog(next).getByRole("heading", { name: "What you had typed, and left for something else" }).waitFor();
    await dialog(next).locator(".kept .entry", { hasText: "First touch" }).click();
    await next.locator(".cm-line", { hasText: "// half a thought" }).waitFor();
    // Lessons that were only read are not.
    await open(next);
    assert.deepEqual(await names(next), ["First touch"]);
  }));

test("where storage is forbidden or full, it is said, and the script is offered as a file", () =>
  visit({}, async (page) => {
    await page.evaluate(() => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
    });
    await open(page);
    await dialog(page).getByLabel("Name", { exact: true }).fill("Mine");
    await dialog(page).getByRole("button", { name: "Save what is in the editor" }).click();
    await dialog(page).getByText("Not saved: its storage is full. Save it as a file instead.").waitFor();
    const saved = page.waitForEvent("download");
    await dialog(page).getByRole("button", { name: "Save script" }).click();
    assert.equal((await saved).suggestedFilename(), "first-touch.rhai");
  }));
