// Commands by hand are taken back and given again, by buttons and keys; in the middle of a lesson they make a branch,
// which can be left and taken up again.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  chooseLesson,
  isAccessible,
  lessonIsOpen,
  openScript,
  ready,
  sample,
  standsAt,
  steps,
  useBrowser,
  visit,
} from "./page.mjs";
import { everything, say } from "./sharing.mjs";

useBrowser();

const branch = (page) => page.getByRole("complementary", { name: "Branch" });
const press = (page, name) => page.getByRole("button", { name, exact: true }).click();

test("a command in the middle of a lesson makes a branch, which is left and taken up again", () =>
  visit({ hash: "#lesson=first-touch&step=12" }, async (page) => {
    const total = await steps(page);
    const before = await everything(page);
    assert.equal(await branch(page).count(), 0);
    await say(page, "let run = alloc(2)");
    await branch(page).getByText("You are on a branch: 1 command of your own after step 12.").waitFor();
    await say(page, "run");
    await say(page, "free(run, 2)");
    await branch(page).getByText("You are on a branch: 2 commands of your own after step 12.").waitFor();
    await isAccessible(page, ".branch");
    const own = await everything(page);
    await branch(page).getByRole("button", { name: "Back to the lesson" }).click();
    await branch(page).getByText("You are back in the lesson. 3 lines of your own can be taken up again.").waitFor();
    await standsAt(page, 12);
    assert.deepEqual(await everything(page), before);
    assert.equal(await steps(page), total);
    await branch(page).getByRole("button", { name: "Back to the branch" }).click();
    await branch(page).getByText("2 commands of your own").waitFor();
    assert.deepEqual(await everything(page), own, "with its variables");
  }));

test("undo and redo, by buttons and by keys, lead through what was given by hand", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    assert.equal(await page.getByRole("button", { name: "Undo", exact: true }).count(), 0);
    await page.getByRole("slider", { name: "Step" }).fill("5");
    const made = [await everything(page)];
    await say(page, "alloc(1)");
    made.push(await everything(page));
    await say(page, "alloc(2)");
    made.push(await everything(page));
    await press(page, "Undo");
    await ready(page);
    await standsAt(page, 6);
    assert.deepEqual(await everything(page), made[1]);
    await page.locator("body").press("ControlOrMeta+z");
    await standsAt(page, 5);
    assert.deepEqual(await everything(page), made[0], "what the first had cut is there again");
    assert.ok(await page.getByRole("button", { name: "Undo", exact: true }).isDisabled());
    await page.locator("body").press("ControlOrMeta+Shift+z");
    await standsAt(page, 6);
    await press(page, "Redo");
    await standsAt(page, 7);
    assert.deepEqual(await everything(page), made[2]);
    // The address says the same after a reload.
    await press(page, "Undo");
    await standsAt(page, 6);
    await page.waitForFunction(() => location.hash.includes("step=6"));
    await page.reload();
    await ready(page);
    assert.deepEqual(await everything(page), made[1]);
  }));

test("another command ends what could be given again; typing has an undo of its own", () =>
  visit({}, async (page) => {
    await say(page, "alloc(1)");
    await press(page, "Undo");
    await ready(page);
    await page.locator(".console-log").getByText("Taken back: alloc(1)").waitFor();
    const console = page.getByLabel("Command", { exact: true });
    await console.fill("half");
    await console.press("ControlOrMeta+Shift+z");
    assert.equal(await page.locator(".console-log .line-in").count(), 1, "not while typing");
    await console.fill("");
    await say(page, "alloc(2)");
    assert.ok(await page.getByRole("button", { name: "Redo", exact: true }).isDisabled());
  }));

test("a command after a cut-off branch counts what is left of it", () =>
  visit({ hash: "#lesson=first-touch&step=12" }, async (page) => {
    await say(page, "alloc(1)");
    await say(page, "alloc(1)");
    await page.getByRole("slider", { name: "Step" }).fill("13");
    await say(page, "alloc(2)");
    await branch(page).getByText("2 commands of your own after step 12.").waitFor();
    await page.getByRole("slider", { name: "Step" }).fill("4");
    await say(page, "alloc(2)");
    await branch(page).getByText("1 command of your own after step 4.").waitFor();
  }));

test("undo in the script leads through its own edits, never to the text of another lesson", () =>
  visit({}, async (page) => {
    const first = page.locator(".cm-line").first();
    await page.getByRole("textbox", { name: "Script" }).click();
    await page.keyboard.press("ControlOrMeta+Home");
    await page.keyboard.insertText("// mine\n");
    await page.locator(".script").getByRole("button", { name: "Undo edits" }).click();
    await page.locator(".cm-line", { hasText: "// mine" }).waitFor({ state: "detached" });
    await page.getByRole("textbox", { name: "Script" }).click();
    await page.keyboard.press("ControlOrMeta+z");
    await page.locator(".cm-line", { hasText: "// mine" }).waitFor();
    await chooseLesson(page, "Fork and copy-on-write");
    await lessonIsOpen(page, "fork-and-cow");
    await page.getByRole("textbox", { name: "Script" }).click();
    await page.keyboard.press("ControlOrMeta+z");
    await page.keyboard.press("ControlOrMeta+Home");
    assert.equal(await first.innerText(), "//! title: Fork and copy-on-write");
    assert.equal(await page.getByText("edited, not run").count(), 0);
  }));
