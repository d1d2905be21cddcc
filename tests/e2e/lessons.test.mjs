// Every lesson opens on its first words, runs to its end, and every one of its claims holds.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { chooseLesson, standsAt, step, steps, useBrowser, visit } from "./page.mjs";

useBrowser();

const folder = new URL("../../www/lessons/", import.meta.url);
const files = (await readdir(folder)).filter((name) => name.endsWith(".rhai"));

test("there are lessons", () => assert.ok(files.length >= 3));

for (const file of files)
  test(file, async () => {
    const title = (await readFile(new URL(file, folder), "utf8")).match(/^\/\/! title: (.+)$/m)[1];
    await visit({}, async (page) => {
      await chooseLesson(page, title);
      await page.waitForFunction((id) => location.hash.includes(`lesson=${id}`), file.replace(".rhai", ""));
      assert.ok((await page.locator(".lesson-text").innerText()).length > 40, "it opens on its first words");
      assert.equal(await page.locator(".script-error").count(), 0);
      const edge = await page.locator(".workspace").evaluate((e) => e.getBoundingClientRect().right);
      assert.ok(edge <= 1440, `the page keeps to the window, whatever the machine is called: it ends at ${edge}`);
      const total = await steps(page);
      // Through every step: each has words for what happened, and none throws. A long lesson is walked at its ends, and
      // jumped through by its words in between.
      const long = total > 200;
      for (let at = (await step(page)) + 1; at <= total; at++) {
        if (long && at > 20 && at < total - 20) {
          await page.getByRole("slider", { name: "Step" }).fill(String((at = total - 20)));
        } else {
          await page.keyboard.press("ArrowRight");
        }
        await standsAt(page, at);
        assert.equal(
          await page.locator(".expectation.failed").count(),
          0,
          `step ${at}: ${await page.locator(".command").innerText()}`,
        );
      }
      for (let at = total - 1; at >= (long ? total - 20 : 0); at--) {
        await page.keyboard.press("ArrowLeft");
        await standsAt(page, at);
      }
    });
  });
