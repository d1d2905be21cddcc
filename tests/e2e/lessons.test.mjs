// Every lesson opens on its first words, runs to its end, and every one of its claims holds.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { chooseLesson, lessonIsOpen, step, steps, useBrowser, visit } from "./page.mjs";

useBrowser();

const folder = new URL("../../www/lessons/", import.meta.url);
const files = (await readdir(folder)).filter((name) => name.endsWith(".rhai"));

const place = (page) => page.locator(".lesson .panel-head .count").innerText();

test("there are lessons", () => assert.ok(files.length >= 3));

for (const file of files)
  test(file, async () => {
    const title = (await readFile(new URL(file, folder), "utf8")).match(/^\/\/! title: (.+)$/m)[1];
    await visit({}, async (page) => {
      await chooseLesson(page, title);
      await page.waitForFunction((id) => location.hash.includes(`lesson=${id}`), file.replace(".rhai", ""));
      assert.ok((await page.locator(".lesson-text").innerText()).length > 40, "it opens on its first words");
      assert.match(await place(page), /^1 of \d+$/, "which it counts");
      assert.equal(await page.locator(".script-error").count(), 0);
      const edge = await page.locator(".workspace").evaluate((e) => e.getBoundingClientRect().right);
      assert.ok(edge <= 1440, `the page keeps to the window, whatever the machine is called: it ends at ${edge}`);
      const total = await steps(page);
      // Through every command: none throws, and what is checked of each holds. A long lesson is walked at its ends.
      const long = total > 200;
      const go = async (key, button) => {
        const before = await step(page);
        await page.keyboard.press(key);
        await page.waitForFunction(
          ([at, name]) =>
            document.querySelector("[data-testid=step]").textContent !== at ||
            document.querySelector(`[aria-label="${name}"]`).disabled,
          [before.toLocaleString("en"), button],
        );
        return (await step(page)) !== before;
      };
      for (let n = 1; await go("ArrowRight", "One step forward"); n++) {
        assert.equal(
          await page.locator(".expectation.failed").count(),
          0,
          `step ${await step(page)}: ${await page.locator(".command").innerText()}`,
        );
        if (long && n === 20) await page.getByRole("slider", { name: "Step" }).fill(String(total - 20));
      }
      assert.equal(await step(page), total);
      for (let n = 0; (!long || n < 20) && (await go("ArrowLeft", "One step back")); n++);
    });
  });

test("the next lesson opens on its first words, though it makes processes before them", () =>
  visit({ hash: "#lesson=thrashing" }, async (page) => {
    await page.keyboard.press("End");
    await page.keyboard.press("n");
    await page.getByRole("button", { name: "Next lesson ›" }).click();
    await lessonIsOpen(page, "page-by-page");
    await page.locator(".lesson-text", { hasText: "Four processes share four pages" }).waitFor();
    assert.match(await place(page), /^1 of /);
    assert.ok((await step(page)) > 5, "the processes are there");
    await page.keyboard.press("Home");
    await page.locator(".lesson-text", { hasText: "just been switched on" }).waitFor();
  }));
