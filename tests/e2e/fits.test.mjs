// No words of our lessons, and no chart in place of the map, need scrolling on a small laptop's screen: the picture and
// all that is said of it are seen at once. And no area's name is cut off.
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { test } from "node:test";
import { useBrowser, visit } from "./page.mjs";

useBrowser();

const lessons = (await readdir(new URL("../../www/lessons/", import.meta.url))).map((name) =>
  name.replace(".rhai", ""),
);

for (const lesson of lessons)
  test(lesson, () =>
    visit({ view: "", hash: `#lesson=${lesson}`, size: [1280, 720] }, async (page) => {
      const scrolls = [];
      const walks = [];
      const cut = [];
      const next = page.locator(".onwards .next");
      for (;;) {
        const { number, over, text, ways, names } = await page.evaluate(() => {
          const boxes = [...document.querySelectorAll(".lesson-text, .figure-room")];
          return {
            number: document.querySelector(".lesson .panel-head .count").textContent,
            over: Math.max(...boxes.map((box) => box.scrollHeight - box.clientHeight)),
            text: document.querySelector(".lesson-text").textContent,
            ways: document.querySelector(".onwards").textContent,
            names: [...document.querySelectorAll(".vma-name")]
              .filter((name) => name.scrollWidth > name.clientWidth + 1 || name.scrollHeight > name.clientHeight + 1)
              .map((name) => name.innerText),
          };
        });
        if (names.length > 0) cut.push(`${number}: ${[...new Set(names)].join(", ")}`);
        if (over > 0) scrolls.push(`${number}: ${over} px`);
        // The first note of all says what the button does.
        if (/Walk through it(?! shows)/.test(text) && !/Walk through/.test(ways)) walks.push(number);
        if ((await page.locator(".lesson-end").count()) > 0 || (await next.isDisabled())) break;
        await next.click();
        await page.waitForFunction(
          (before) =>
            document.querySelector(".lesson .panel-head .count").textContent !== before ||
            document.querySelector(".lesson-end"),
          number,
        );
      }
      // Whoever steps on after the last words sees the machine that they are about; not where a chart of others
      // stands in place of the map.
      const last = () => page.evaluate(() => document.querySelector(".told")?.textContent);
      const told = await last();
      await page.keyboard.press("End");
      await page.waitForFunction(() => {
        const track = document.querySelector("[aria-label=Step]");
        return track.value === track.max;
      });
      const then = await last();
      if (told && then) assert.equal(then, told, "nothing happens after the last words");
      assert.deepEqual(scrolls, []);
      assert.deepEqual(cut, [], "names are whole");
      assert.deepEqual(walks, [], "who is told to walk through a command can");
    }),
  );
