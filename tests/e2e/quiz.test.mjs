// Questions that are judged, on the page: each kind, hints, tries, what is kept; and what the next step will do.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isAccessible, openScript, ready, useBrowser, visit } from "./page.mjs";

useBrowser();

const script = `machine(#{ frames: 64, swap_slots: 16 });
let shell = spawn("sh");
let a = shell.mmap(4);
shell.touch(a, 3);
note("Three pages.");
ask("How many frames hold them?", #{ number: shell.rss(), unit: "frames", hints: [[4, "One was not touched."]], hint: "Count.", points: 2, why: "A frame each." });
shell.fork();
note("Two processes.");
ask("Which one copies pages?", #{ choice: "a write", of: ["fork", "a read", "a write"], tries: 1 });
ask("Fill in.", #{ table: #{ columns: ["page", "frame"], rows: [[0, blank(7)], [1, blank("-")]] }, points: 2 });
shell.touch(a);
note("Point.");
ask("Which frame holds the first page?", #{ point: shell.frame(a) });
`;

/** Opens the script and goes to its page of words with this number. */
async function at(page, number) {
  await openScript(page, script);
  await page.keyboard.press("Home");
  for (let n = 0; n < number; n++) {
    await page.keyboard.press("n");
    await page
      .locator(".lesson .panel-head .count")
      .getByText(`${n + 1} of 3`)
      .waitFor();
    if (await page.getByRole("button", { name: "Skip" }).count()) await page.keyboard.press("n");
  }
}
const question = (page, text) => page.locator(".question").filter({ hasText: text });

test("a number: a hint that fits, another to others, what cannot be read does not count, and why in the end", () =>
  visit({ view: "reading" }, async (page) => {
    await at(page, 1);
    const asked = question(page, "How many frames hold them?");
    const field = asked.getByRole("textbox");
    const say = async (text) => {
      await field.fill(text);
      await field.press("Enter");
    };
    await say("four");
    await asked.getByText("`four` is no whole number").waitFor();
    await say("4 frames");
    await asked.getByText("One was not touched.").waitFor();
    await say("9");
    await asked.getByText("Count.").waitFor();
    await isAccessible(page, ".lesson");
    await say("0x3");
    await asked.getByText("✓ Right, 2 of 2 points.").waitFor();
    await asked.getByText("A frame each.").waitFor();
    assert.ok(await field.isDisabled());
  }));

test("choices, with one try; a table whose blanks are judged each", () =>
  visit({ view: "working" }, async (page) => {
    await at(page, 2);
    const asked = question(page, "Which one copies pages?");
    await asked.getByLabel("fork").check();
    await asked.getByRole("button", { name: "Check" }).click();
    await asked.getByText("that was the last try").waitFor();
    await asked.getByText("Right is: a write").waitFor();
    await asked.getByRole("button", { name: "Try again" }).click();
    await asked.getByLabel("a write").check();
    await asked.getByRole("button", { name: "Check" }).click();
    await asked.getByText("✓ Right.").waitFor();
    const table = question(page, "Fill in.");
    await table.getByLabel("frame, row 1").fill("7");
    await table.getByLabel("frame, row 2").fill("3");
    await table.getByRole("button", { name: "Check" }).click();
    await table.getByText("1 of 2 parts are right").waitFor();
    await table.getByLabel("frame, row 2: wrong").fill("-");
    await isAccessible(page, ".lesson");
    await table.getByRole("button", { name: "Check" }).click();
    await table.getByText("✓ Right, 2 of 2 points.").waitFor();
  }));

test("a frame is pointed at by its page", () =>
  visit({ view: "working" }, async (page) => {
    await at(page, 3);
    const asked = question(page, "Which frame holds the first page?");
    assert.ok(await asked.getByRole("button", { name: "This one" }).isDisabled());
    await page
      .getByRole("button", { name: /^Page a\[1\]/ })
      .first()
      .click();
    await asked.getByText(/Selected: page 1 0x[0-9a-f]+, in frame \d+/).waitFor();
    await asked.getByRole("button", { name: "This one" }).click();
    await asked.getByText("✗ Not right").waitFor();
    await page
      .getByRole("button", { name: /^Page a\[0\]/ })
      .first()
      .click();
    await asked.getByRole("button", { name: "This one" }).click();
    await asked.getByText("✓ Right.").waitFor();
  }));

const reach = `machine(#{ frames: 64, swap_slots: 16 });
let p = spawn("p");
let a = p.mmap(4);
note("Nothing is in memory.");
ask("Bring two pages in.", #{ reach: "p.rss() == 2" });
`;

test("a state is reached by commands of one's own", () =>
  visit({ view: "working" }, async (page) => {
    await openScript(page, reach);
    await page.keyboard.press("End");
    const asked = question(page, "Bring two pages in.");
    await asked.getByRole("button", { name: "Check" }).click();
    await asked.getByText("✗ Not right").waitFor();
    await page.locator("#console-input").fill("p.touch(a, 2)");
    await page.keyboard.press("Enter");
    await page.locator(".log, .console").getByText("p.touch(a, 2)").first().waitFor();
    await page.waitForFunction(() => !document.querySelector(".question .given button").disabled);
    await asked.getByRole("button", { name: "Check" }).click();
    await asked.getByText("✓ Right.").waitFor();
  }));

test("in predict mode the page asks before each step that matters, and counts", () =>
  visit({ view: "working" }, async (page) => {
    await openScript(page, script);
    await page.keyboard.press("Home");
    const predict = page.getByRole("button", { name: "Predict", exact: true });
    await predict.click();
    // spawn and mmap are asked nothing, a touch of three pages what is split.
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    const next = page.getByRole("region", { name: "Predict the next step" });
    await next.getByText("touch").waitFor();
    const before = await page.getByTestId("step").innerText();
    await page.keyboard.press("ArrowRight");
    assert.equal(await page.getByTestId("step").innerText(), before, "it waits");
    await next.getByRole("textbox").fill("1");
    await next.getByRole("textbox").press("Enter");
    await next.getByText("Not right. It is:").waitFor();
    await isAccessible(page, ".lesson");
    await page.keyboard.press("ArrowRight");
    await page.waitForFunction((n) => document.querySelector("[data-testid=step]").textContent !== n, before);
    await next.getByText("0 of 1 splits").waitFor();
    // Fork splits a block for its tables. Whoever does not know is told, and reads on.
    await next.getByText("fork").waitFor();
    await next.getByRole("button", { name: "I do not know" }).click();
    await next.getByText(/It is: \d+ frames/).waitFor();
    await page.keyboard.press("n");
    await page.locator(".lesson-text").getByText("Two processes.").waitFor();
    // Then comes the write that copies.
    await next.getByText(/Point at the frame that is copied/).waitFor();
    await next.getByRole("button", { name: "I do not know" }).click();
    await next.getByText(/It is: frame \d+/).waitFor();
    await predict.click();
    await next.waitFor({ state: "detached" });
  }));

test("answers to a lesson's questions are kept, and the lesson ends with the points", () =>
  visit({ view: "reading", hash: "#lesson=which-page" }, async (page) => {
    const asked = page.locator(".question").first();
    for (let n = 0; n < 20 && !(await asked.count()); n++) await page.keyboard.press("n");
    await asked.getByRole("button", { name: "Show the answer" }).click();
    await asked.getByText("Right is:").waitFor();
    await page.reload();
    await ready(page);
    await asked.getByText("Right is:").waitFor();
    await page.keyboard.press("End");
    await page.keyboard.press("n");
    await page
      .locator(".lesson-end")
      .getByText(/^0 of \d+ points$/)
      .waitFor();
  }));

test("an exercise has the numbers of its seed, or of a name, as on the command line", () =>
  visit({ view: "working", hash: "#exercise=which-page&seed=7" }, async (page) => {
    const line = (text) => page.locator(".cm-line").getByText(text, { exact: true });
    await line("//! seed: 7").waitFor();
    await page.getByRole("button", { name: "Open", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Open" });
    await dialog.getByLabel("Seed, or your name").fill("  ada LOVELACE");
    await dialog.getByText("seed 76766", { exact: true }).waitFor();
    await isAccessible(page, "dialog[open]");
    await dialog.getByRole("button", { name: "The buddy by hand" }).click();
    await line("//! seed: 76766").waitFor();
  }));
