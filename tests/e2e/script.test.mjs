// The script editor: running line, errors at their place, a run that never ends, edits and back.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  AxeBuilder,
  isOpen,
  openFile,
  openScript,
  place,
  ready,
  sample,
  standsAt,
  step,
  steps,
  useBrowser,
  visit,
} from "./page.mjs";

useBrowser();

const runningLine = (page) => page.locator(".cm-line.pt-running");

/** Replaces the script by typing. */
async function write(page, text) {
  await page.getByRole("textbox", { name: "Script" }).click();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.insertText(text);
}

test("the running line follows the steps", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    await page.keyboard.press("Home");
    await page.waitForFunction(() => !document.querySelector(".editor").shadowRoot.querySelector(".pt-running"));
    await page.keyboard.press("k");
    await runningLine(page).waitFor();
    assert.match(await runningLine(page).innerText(), /spawn/);
    await page.keyboard.press("k");
    await page.waitForFunction(() =>
      document.querySelector(".editor").shadowRoot.querySelector(".pt-running")?.textContent.includes("fork"),
    );
  }));

test("a click on a line's number goes to its step", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    await page.locator(".cm-lineNumbers .cm-gutterElement", { hasText: /^7$/ }).click();
    await page.waitForFunction(() => document.querySelector(".command")?.textContent?.includes("fork"));
  }));

test("an edited script runs by button and by Ctrl+Enter", () =>
  visit({}, async (page) => {
    await write(page, 'let p = spawn("mine");\nlet a = p.mmap(2);\np.touch(a, 2);\n');
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.waitForFunction(() => document.querySelector("input[type=range]")?.max === "3");
    await write(page, 'spawn("other");\n');
    await page.keyboard.press("ControlOrMeta+Enter");
    await page.waitForFunction(() => document.querySelector("input[type=range]")?.max === "1");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "To the end" }).click();
    await page.getByRole("article", { name: /other/ }).waitFor();
    // Back to the lesson's own text.
    await page.getByRole("button", { name: "Undo edits" }).click();
    await page.waitForFunction(() => Number(document.querySelector("input[type=range]")?.max) > 3);
  }));

test("an error stands at its line, and what ran before it is shown", () =>
  visit({}, async (page) => {
    await openFile(
      page,
      "wrong.rhai",
      'let p = spawn("shell");\nlet a = p.mmap(2);\np.tuoch(a, 2);\nspawn("never");\n',
    );
    const alert = page.locator(".script-error");
    await alert.waitFor();
    assert.match(await alert.innerText(), /Line 3/);
    assert.match(await alert.innerText(), /tuoch/);
    const failing = page.locator(".cm-line.pt-failing");
    await failing.waitFor();
    assert.match(await failing.innerText(), /tuoch/);
    await page.locator(".pt-message").waitFor();
    await standsAt(page, 2);
    assert.equal(await steps(page), 2);
    // Mended, the message goes.
    await write(page, 'spawn("shell");\n');
    await page.keyboard.press("ControlOrMeta+Enter");
    await alert.waitFor({ state: "detached" });
    await ready(page);
    assert.equal(await page.locator(".pt-message").count(), 0);
  }));

for (const [what, text, message] of [
  ["a syntax error", "let = ;\n", /Line 1/],
  ["a refused machine", "machine(#{ frames: 1 });\nspawn();\n", /Line 1.*frames/],
  ["a mistake before the first command", "let x = 5;\nnonsense(x);\n", /Line 2.*nonsense/],
])
  test(`a script that fails before it has a machine leaves no other on show: ${what}`, () =>
    visit({ theme: "dark" }, async (page) => {
      await openScript(page, sample);
      const had = await steps(page);
      await page.keyboard.press("End");
      const before = await page.evaluate(() => location.hash.split("&")[0]);
      await write(page, text);
      await page.keyboard.press("ControlOrMeta+Enter");
      await page.locator(".no-machine").waitFor();
      assert.match(await page.locator(".no-machine").innerText(), message);
      assert.match(await page.locator(".script-error").innerText(), message);
      assert.equal(await steps(page), 0);
      assert.equal(await page.locator(".strip, .legend [title*=Frames], .lists .block").count(), 0);
      assert.equal(await page.locator(".map canvas").isVisible(), false);
      for (const name of ["One step forward", "One step back", "Play", "Compare", "Save recording"])
        assert.ok(await page.getByRole("button", { name }).first().isDisabled(), name);
      assert.equal(await page.getByRole("button", { name: "Allocate" }).count(), 0);
      for (const key of ["ArrowRight", "End", "a", "c", "[", "f"]) await page.locator("h1").press(key);
      const { violations } = await new AxeBuilder({ page }).analyze();
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).join(" ")}`),
        [],
      );
      // The address is this script's, and a reload says the same; Back leads to the machine before.
      const address = await page.evaluate(() => location.hash);
      assert.notEqual(address, before);
      await page.reload();
      await page.locator(".no-machine").waitFor();
      assert.match(await page.locator(".no-machine").innerText(), message);
      assert.equal(await page.evaluate(() => location.hash), address);
      await page.goBack();
      await page.locator(".no-machine").waitFor({ state: "detached" });
      await ready(page);
      assert.equal(await steps(page), had);
      await standsAt(page, had);
    }));

test("edited but not run is marked, where the script is and where the machine is; run it or go back", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    await page.keyboard.press("End");
    const had = await steps(page);
    const place = () => page.locator(".map canvas").boundingBox();
    const before = await place();
    const mark = page.getByRole("complementary", { name: "Edits that have not been run" });
    assert.equal(await mark.count(), 0);
    await write(page, 'spawn("mine");\n');
    await mark.waitFor();
    await page.locator(".script").getByText("edited, not run").waitFor();
    assert.match(await mark.innerText(), /On show: the machine from before your edits\./);
    assert.deepEqual(await place(), before, "nothing moves");
    const { violations } = await new AxeBuilder({ page }).analyze();
    assert.deepEqual(
      violations.map(({ id }) => id),
      [],
    );
    // Back, without a run: the machine is the same one, and stands where it stood.
    await mark.getByRole("button", { name: "Undo edits" }).click();
    await mark.waitFor({ state: "detached" });
    await page.locator(".cm-line", { hasText: "reclaim(1)" }).waitFor();
    await standsAt(page, had);
    // Again, and run.
    await write(page, 'spawn("mine");\n');
    await mark.getByRole("button", { name: "Run the script" }).click();
    await page.waitForFunction(() => document.querySelector("input[type=range]")?.max === "1");
    assert.equal(await mark.count(), 0);
    assert.equal(await page.getByText("edited, not run").count(), 0);
  }));

test("a script that was not run stays marked when its run is cancelled, and over a log", () =>
  visit({ size: [390, 844] }, async (page) => {
    await openFile(page, "small.jsonl", '{"pageturner":1,"machine":{"frames":64}}\n{"do":"spawn"}\n');
    await isOpen(page, "small.jsonl");
    await openFile(page, "slow.rhai", 'let s = "x";\nwhile s.len() < 50000 { s += s; }\nloop { let t = s + "y"; }\n');
    await place(page, "Script");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.locator(".script").getByText("edited, not run").waitFor();
    await place(page, "Memory");
    const mark = page.getByRole("complementary", { name: "Edits that have not been run" });
    assert.match(await mark.innerText(), /On show: small\.jsonl\. The script has not been run\./);
    await mark.getByRole("button", { name: "Undo edits" }).click();
    await mark.waitFor({ state: "detached" });
    await isOpen(page, "small.jsonl");
  }));

test("a runaway script never freezes the page, and is cancelled", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    const at = await step(page);
    const had = await steps(page);
    // Slow, not merely endless: a loop of quick commands reaches a limit, and ends, before anyone can press a button.
    const slow = 'let p = spawn("busy");\nlet s = "x";\nwhile s.len() < 50000 { s += s; }\nloop { let t = s + "y"; }\n';
    await write(page, slow);
    await page.keyboard.press("ControlOrMeta+Enter");
    const cancel = page.getByRole("button", { name: "Cancel" });
    await cancel.waitFor();
    // The old machine is still there to be stepped through.
    await page.getByRole("button", { name: "One step forward" }).click();
    await standsAt(page, at + 1);
    await cancel.click();
    await cancel.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Run", exact: true }).waitFor();
    assert.equal(await steps(page), had);
  }));

test("what a script prints stands in the console", () =>
  visit({}, async (page) => {
    await openFile(page, "prints.rhai", 'let p = spawn("shell");\nprint(`pid ${p.pid}`);\n');
    await page.getByRole("log", { name: "Answers" }).getByText("pid 1", { exact: true }).waitFor();
  }));

test("text from a script is only ever text", () =>
  visit({}, async (page) => {
    await openScript(page, 'note("<img src=x onerror=alert(1)> <b>bold</b> and `code`");\nspawn("<i>name</i>");\n');
    await page.keyboard.press("End");
    await page.locator(".lesson-text code").waitFor();
    assert.match(
      await page.locator(".lesson-text").innerText(),
      /<img src=x onerror=alert\(1\)> <b>bold<\/b> and code/,
    );
    assert.equal(await page.locator(".lesson-text img, .lesson-text b, .strip i").count(), 0);
    await page.getByRole("button", { name: "<i>name</i> (pid 1)" }).waitFor();
  }));

test("notes and questions: the answer stays hidden until asked for; checks are told", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    assert.match(await page.locator(".lesson-text").innerText(), /One process, four pages/);
    await page.getByRole("button", { name: /Next/ }).click();
    await page.locator(".lesson-text").getByText("Now there are two.").waitFor();
    await page.getByRole("button", { name: /Next/ }).click();
    await page.locator(".lesson-text").getByText("How many copies were made?").waitFor();
    assert.equal(await page.locator(".lesson-text").getByText("One: the child wrote to one page.").count(), 0);
    await page.getByRole("button", { name: "Show the answer" }).click();
    await page.locator(".lesson-text").getByText("One: the child wrote to one page.").waitFor();
    await page.keyboard.press("ArrowRight");
    await page.locator(".expectation").waitFor();
    assert.match(await page.locator(".expectation").innerText(), /✓ Checked by the machine:.*one page was copied/);
  }));

test("a check that does not hold is said to", () =>
  visit({}, async (page) => {
    await openScript(page, 'spawn("shell");\nexpect(1 == 2, "one is two");\n');
    await page.keyboard.press("x");
    await page.locator(".expectation.failed").waitFor();
    assert.match(await page.locator(".expectation").innerText(), /Does not hold:.*one is two/);
  }));

const chosen = (page) => page.locator(".opened").innerText();

test("a script's first comment line is its title: edited, opened from a file, from a link", () =>
  visit({}, async (page) => {
    await openFile(page, "mine.rhai", "// My own machine\nspawn();\n");
    await page.waitForFunction(() => document.title === "My own machine · Pageturner");
    assert.equal(await chosen(page), "My own machine");
    await write(page, "//! order: 1\n//! title: Another name\nspawn();\n");
    await page.waitForFunction(() => document.title === "Another name · Pageturner");
    assert.equal(await chosen(page), "Another name");
    // Without one, the file's name.
    await write(page, "spawn();\n");
    await page.waitForFunction(() => document.title === "mine.rhai · Pageturner");
    const before = await page.evaluate(() => location.hash);
    await write(page, "// Sent to a friend\nspawn();\n");
    await page.keyboard.press("ControlOrMeta+Enter");
    await page.waitForFunction((before) => location.hash !== before && location.hash.includes("script="), before);
    await page.reload();
    await page.waitForFunction(() => document.title === "Sent to a friend · Pageturner");
    assert.equal(await chosen(page), "Sent to a friend");
  }));

test("an edited lesson is called by what its text says now", () =>
  visit({}, async (page) => {
    await write(page, "// First touch, longer\nspawn();\n");
    await page.waitForFunction(() => document.title === "First touch, longer · Pageturner");
    assert.equal(await chosen(page), "First touch, longer (edited)");
  }));

test("a script that ends early says so", () =>
  visit({}, async (page) => {
    await openFile(page, "early.rhai", "spawn();\nexit(3);\nexpect(false);\n");
    const news = page.locator(".script-news");
    await news.waitFor();
    assert.equal(await news.innerText(), "The script ended in line 2, by exit(3); 1 expectation was not reached.");
    await write(page, "spawn();\n");
    await page.keyboard.press("ControlOrMeta+Enter");
    await news.waitFor({ state: "detached" });
  }));
