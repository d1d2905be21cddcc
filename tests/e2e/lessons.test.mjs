// Every lesson opens on its first words, runs to its end, and every one of its claims holds.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { standsAt, step, steps, useBrowser, visit } from "./page.mjs";

useBrowser();

const folder = new URL("../../www/lessons/", import.meta.url);
const files = (await readdir(folder)).filter((name) => name.endsWith(".rhai"));

test("there are lessons", () => assert.ok(files.length >= 3));

for (const file of files)
  test(file, async () => {
    const title = (await readFile(new URL(file, folder), "utf8")).match(/^\/\/! title: (.+)$/m)[1];
    await visit({}, async (page) => {
      await page.getByRole("combobox", { name: "Lesson" }).selectOption(title);
      await page.waitForFunction((id) => location.hash.includes(`lesson=${id}`), file.replace(".rhai", ""));
      assert.ok((await page.locator(".lesson-text").innerText()).length > 40, "it opens on its first words");
      assert.equal(await page.locator(".script-error").count(), 0);
      const total = await steps(page);
      // Through every step: each has words for what happened, and none throws.
      for (let at = (await step(page)) + 1; at <= total; at++) {
        await page.keyboard.press("ArrowRight");
        await standsAt(page, at);
        assert.equal(await page.locator(".expectation.failed").count(), 0, `step ${at}: ${await page.locator(".command").innerText()}`);
      }
      for (let at = total - 1; at >= 0; at--) {
        await page.keyboard.press("ArrowLeft");
        await standsAt(page, at);
      }
    });
  });
