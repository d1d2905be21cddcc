// Traces of references, opened as files: told apart by name or first line, read, refused with their place, swept over.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openFile, ready, standsAt, steps, useBrowser, visit } from "./page.mjs";

useBrowser();

const notice = (page, text) => page.locator(".notice").getByText(text).waitFor();

/** Each kind, under a name that says little, and what is said of it. */
const kinds = {
  "a course's": ["gcc.txt", "0041f7a0 R\n13f5e2c0 W\n0041f7b0 R\n", "3 references to 2 pages"],
  "lackey's": ["out.log", "==7== Lackey\nI  04001000,3\n L 1ffefffd78,8\n", "2 references to 2 pages. Lines left out"],
  "numbers of pages": ["belady", "1 2 3 4 1 2 5 1 2 3 4 5\n", "12 references to 5 pages"],
};

for (const [kind, [name, text, said]] of Object.entries(kinds))
  test(`a trace of ${kind} kind is opened`, () =>
    visit({}, async (page) => {
      await openFile(page, name, text);
      await notice(page, new RegExp(`${name}: ${said}`));
      await ready(page);
      await page.keyboard.press("End");
      const count = await steps(page);
      await standsAt(page, count);
      await page.keyboard.press("ArrowLeft");
      await standsAt(page, count - 1);
      // The address names it: a reload makes the same machine.
      await page.waitForFunction((n) => location.hash.includes(`step=${n}`), count - 1);
      await page.reload();
      await ready(page);
      await standsAt(page, count - 1);
    }));

test("what is wrong is said with its line, and leaves the machine on show", () =>
  visit({}, async (page) => {
    const before = await page.locator(".opened").innerText();
    const cut = `${"0041f7a0 R\n".repeat(50_000)}0041f`;
    await openFile(page, "cut.trace", cut);
    await notice(page, /cut.trace: Line 50001, column \d+: .* is not R or W/);
    await openFile(page, "far.trace", "0041f7a0 R\nffff800000000000 W\n");
    await notice(page, /far.trace: Line 2, column 1: 0xffff800000000000 is beyond the/);
    await openFile(page, "empty.trace", "==1== nothing\n");
    await notice(page, /no reference in this trace/);
    assert.equal(await page.locator(".opened").innerText(), before);
  }));

test("a sweep over a trace, the best policy among the others", () =>
  visit({}, async (page) => {
    await openFile(page, "string.refs", "7 0 1 2 0 3 0 4 2 3 0 3 2 1 2 0 1 7 0 1\n");
    await notice(page, /20 references/);
    await ready(page);
    await page.getByRole("button", { name: "Sweep over sizes" }).click();
    const form = page.locator(".sweep-form");
    await form.getByLabel("their values").first().fill("3,4");
    await form.getByLabel("their values").last().fill("fifo,lru,opt");
    await page.getByRole("button", { name: "Run sweep" }).click();
    await page.locator(".sweep-table").waitFor();
    await page.waitForFunction(() => !document.querySelector(".compare-progress"));
    assert.deepEqual(await page.locator(".sweep-table td").allInnerTexts(), ["15", "12", "9", "10", "8", "8"]);
  }));
