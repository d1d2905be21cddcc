// What words of a note lead to: things of the machine, terms of the glossary, and the command that the note is about.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isAccessible, openScript, useBrowser, visit } from "./page.mjs";

useBrowser();

const text = (page) => page.locator(".lesson-text");

test("a thing named in a note is a link: pressing it selects it", () =>
  visit({ hash: "#lesson=fork-and-cow&step=6" }, async (page) => {
    await text(page).getByRole("button", { name: "the first", exact: true }).click();
    await page.locator(".inspector h2", { hasText: /^Page/ }).waitFor();
    await page.waitForURL(/select=page:1:/);
  }));

test("what does not exist, or is no thing at all, is shown as text", () =>
  visit({}, async (page) => {
    await openScript(
      page,
      `machine(#{ frames: 64 });
note("See [[frame 64]], [[slot 1|that slot]], [[page 9 0x1000]], [[nothing 1]], [[frame 6]] and *[[frame 7|seven]]*.");`,
    );
    await page.keyboard.press("End");
    await text(page)
      .getByText(/^See frame 64/)
      .waitFor();
    assert.equal(
      (await text(page).innerText()).trim(),
      "See frame 64, that slot, page 9 0x1000, nothing 1, frame 6 and seven.",
    );
    assert.deepEqual(await text(page).getByRole("button").allInnerTexts(), ["that slot", "frame 6", "seven"]);
  }));

test("a term says what it means where a note first uses it", () =>
  visit({ hash: "#lesson=first-touch&step=5", theme: "dark" }, async (page) => {
    const term = text(page).getByRole("button", { name: "VMA", exact: true });
    assert.equal(await term.count(), 1);
    await term.click();
    await page.getByText(/^Virtual memory area: a range of a process's pages/).waitFor();
    await isAccessible(page, ".lesson");
    await page.keyboard.press("Escape");
    await page.getByText(/^Virtual memory area/).waitFor({ state: "hidden" });
  }));

test("a note's command is walked through, back in time, while the note stays; then one reads on from it", () =>
  visit({ hash: "#lesson=first-touch&step=9" }, async (page) => {
    const note = text(page).getByText(/^One byte was read, and three frames are gone/);
    await note.waitFor();
    await page.getByRole("button", { name: "Walk through it" }).click();
    const walking = page.getByRole("group", { name: "Walk through it" });
    assert.match(await walking.innerText(), /Back in time: shell\.read\(a, 1\) again, from its start/);
    const count = Number(/^micro-step 0 of (\d+)$/.exec(await walking.locator(".count").innerText())[1]);
    assert.ok(count > 10, `${count} micro-steps`);
    const at = async () => Number.parseInt((await walking.locator(".count").innerText()).slice(11), 10);
    const inOne = [];
    for (let n = 0; n < count; ) {
      const next = walking.getByRole("button", { name: /^Next(:| micro-step)/ });
      const name = await next.innerText();
      await next.click();
      await page.waitForFunction(
        (old) => document.querySelector(".walking .count").textContent !== old,
        `micro-step ${n} of ${count}`,
      );
      if ((await at()) > n + 1) inOne.push(name);
      n = await at();
      assert.ok(await note.isVisible(), "the note stays");
    }
    // What the allocator does on its lists is one; each of the tables that were made took a frame.
    assert.deepEqual(inOne, ["Next: allocate ›", "Next: allocate ›", "Next: allocate ›"]);
    await isAccessible(page, ".lesson");
    assert.match(await walking.innerText(), /has happened again/);
    await walking.getByRole("button", { name: "Back to the note" }).click();
    await page.getByRole("button", { name: "Walk through it" }).waitFor();
    await note.waitFor();
    await page.keyboard.press("w");
    await walking.getByText(`0 of ${count}`).waitFor();
    await page.keyboard.press("Shift+ArrowRight");
    await walking.getByText(`1 of ${count}`).waitFor();
    await walking.getByRole("button", { name: "Leave the walk" }).click();
    await page.getByRole("button", { name: "Walk through it" }).waitFor();
    // By parts, and on from the end.
    await page.keyboard.press("w");
    while (await walking.getByRole("button", { name: "Leave the walk" }).count())
      await walking
        .getByRole("button", { name: /^(»|Next(:| micro-step))/ })
        .last()
        .click();
    await walking.getByRole("button", { name: "Next ›" }).click();
    await text(page)
      .getByText(/^But where is/)
      .waitFor();
  }));
