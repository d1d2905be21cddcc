// Replacement as on paper: the reference string and the frames below it, places gone to by click and key, files and
// text made of it, what the policy knows beside it, and room for it on any screen.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { isAccessible, openScript, place, readTo, standsAt, useBrowser, visit } from "./page.mjs";

useBrowser();

const BELADY = `machine(#{ kernel: "apart", frames: 3, swap_slots: 0, policy: "fifo" });
let p = spawn("p");
references(p, "1 2 3 4 1 2 5 1 2 3 4 5");`;
/** Of the frames in order: the pages after each reference. */
const HELD = ["111444555555", ".22211111333", "..3332222244"];
const HITS = "mmmmmmmhhmmh";

/** Rows of the table as texts: what is asked for, hit or miss, what goes, then the frames. */
const rows = (page) =>
  page.locator(".references tr").evaluateAll((rows) =>
    rows.map((row) =>
      [...row.cells].slice(1).map((cell) => {
        const mark = cell.querySelector(".mark")?.getAttribute("aria-label")[0];
        return mark ?? cell.querySelector(".held")?.firstChild.data ?? cell.textContent;
      }),
    ),
  );

const open = async (page) => {
  await openScript(page, BELADY);
  await page.keyboard.press("End");
  // On a phone in another tab.
  await page.locator(".references").waitFor({ state: "attached" });
};

test("the string, hits and misses, what went, and the frames after each reference", () =>
  visit({}, async (page) => {
    await open(page);
    const [asked, hits, went, ...held] = await rows(page);
    assert.equal(asked.join(""), "123412512345");
    assert.equal(hits.join(""), HITS);
    assert.equal(went.map((one) => one || ".").join(""), "...1234..12.");
    assert.deepEqual(
      held.map((cells) => cells.map((cell) => cell || ".").join("")),
      HELD,
    );
    await page.locator(".reclaim .count", { hasText: "p, 12 references: 3 hits, 9 misses (75 %)" }).waitFor();
    // What came, and where a hit was, are marked; nothing else is.
    assert.equal(await page.locator(".held.came").count(), 9);
    assert.equal(await page.locator(".held.hit").count(), 3);
    // The policy's own list is here, and no longer with the swap disk.
    await page.locator(".reclaim .ranks").waitFor();
    assert.equal(await page.locator(".swap-disk .ranks").count(), 0);
    await isAccessible(page, ".reclaim");
  }));

test("a click on a reference goes there, and what is yet to come stays to be clicked", () =>
  visit({}, async (page) => {
    await open(page);
    const asked = page.locator(".asked");
    await asked.nth(3).click();
    // A process, a file and its mapping come before the string.
    await standsAt(page, 7);
    assert.equal(await page.locator(".asked.ahead").count(), 8);
    const [, hits, , ...held] = await rows(page);
    assert.equal(hits.join(""), "mmmm");
    assert.deepEqual(
      held.map((cells) =>
        cells
          .slice(0, 4)
          .map((cell) => cell || ".")
          .join(""),
      ),
      HELD.map((cells) => cells.slice(0, 4)),
    );
    assert.equal(await page.locator("thead [aria-current=step] .asked").innerText(), "4");
    await asked.nth(11).click();
    await standsAt(page, 15);
    assert.equal(await page.locator(".asked.ahead").count(), 0);
  }));

test("by keyboard: one stop, arrows along the string, Enter to go there", () =>
  visit({}, async (page) => {
    await open(page);
    assert.equal(await page.locator(".asked[tabindex='0']").count(), 1);
    await page.locator(".asked[tabindex='0']").focus();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    const name = () => page.evaluate(() => document.activeElement.getAttribute("aria-label"));
    assert.equal(await name(), "Page 3: miss, 1 went out");
    await standsAt(page, 15);
    await page.keyboard.press("Enter");
    await standsAt(page, 13);
    await page.keyboard.press("Home");
    assert.equal(await name(), "Page 1: miss");
    // A frame is looked at from its row.
    await page
      .getByRole("button", { name: /^frame \d+$/ })
      .first()
      .focus();
    await page.keyboard.press("Enter");
    await page
      .locator(".inspector", { hasText: /frame \d/i })
      .first()
      .waitFor();
  }));

test("inside a reference the page that goes has gone before the other is there", () =>
  visit({}, async (page) => {
    await open(page);
    await page.locator(".asked").nth(3).click();
    await standsAt(page, 7);
    const seen = new Set();
    for (let n = 0; n < 60 && (await page.locator(".asked.ahead").count()) !== 6; n++) {
      await page.keyboard.press("Shift+ArrowRight");
      const [, , , ...held] = await rows(page);
      seen.add(held.map((cells) => cells[4] || ".").join(""));
    }
    assert.ok(seen.has("423") && seen.has("4.3") && seen.has("413"), [...seen].join());
  }));

test("as values, as a drawing and as text", () =>
  visit({ permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
    await open(page);
    const saved = async (name) => {
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name, exact: true }).click(),
      ]);
      return [file.suggestedFilename(), await readFile(await file.path(), "utf8")];
    };
    const [values, lines] = await saved("CSV");
    assert.equal(values, "test-references.csv");
    assert.match(lines, /^step,page,access,result,goes,frame \d,frame \d,frame \d\n4,1,read,miss,,1,,\n/);
    assert.match(lines, /\n15,5,read,hit,,5,3,4\n$/);
    const [drawing, svg] = await saved("SVG");
    assert.equal(drawing, "test-references.svg");
    assert.equal((svg.match(/class="came"/g) ?? []).length, 9);
    const parsed = await page.evaluate(
      (svg) => new DOMParser().parseFromString(svg, "image/svg+xml").documentElement.nodeName,
      svg,
    );
    assert.equal(parsed, "svg");
    await page.locator(".exports").getByRole("button", { name: "Copy", exact: true }).click();
    await page.locator(".exports [role=status]", { hasText: "Copied." }).waitFor();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(text, /^\| reference \| 1 +\| 2 +\|/);
    assert.match(text, /\n12 references: 3 hits, 9 misses \(75\.0 %\)\n$/);
  }));

test("of a long string the current reference is in sight, and some of what comes", () =>
  visit({}, async (page) => {
    const script = `machine(#{ kernel: "apart", frames: 4, swap_slots: 0, policy: "lru" }); let p = spawn("p");
      let all = []; for n in 0..120 { all.push((n * 7 + n / 5) % 9); } references(p, all);`;
    await openScript(page, script);
    const inSight = async () => {
      const box = await page.locator(".references").boundingBox();
      const now = await page.locator("thead [aria-current=step]").boundingBox();
      assert.ok(now.x >= box.x + 40 && now.x + now.width <= box.x + box.width + 1, JSON.stringify([box, now]));
    };
    await page.keyboard.press("End");
    await page.locator(".references").waitFor();
    assert.equal(await page.locator(".asked").count(), 40);
    await inSight();
    await page.locator(".asked").nth(5).click();
    assert.equal(await page.locator(".asked.ahead").count(), 8);
    await inSight();
  }));

test("there is nothing where nothing is replaced, and the clock alone stands with the lists", () =>
  visit({}, async (page) => {
    await openScript(page, `machine(#{ swap_slots: 0 }); let p = spawn("p"); let a = p.mmap(4); p.touch(a, 4);`);
    await page.keyboard.press("End");
    assert.equal(await page.locator(".reclaim").count(), 0);
    await openScript(page, `machine(#{ swap_slots: 8 }); let p = spawn("p"); let a = p.mmap(4); p.touch(a, 4);`);
    await page.keyboard.press("End");
    await page.locator(".details .reclaim .clock").waitFor();
    assert.equal(await page.locator(".references").count(), 0);
  }));

test("a lesson opens it", () =>
  visit({ view: "", hash: "#lesson=more-memory" }, async (page) => {
    await readTo(page, 2);
    await page.locator(".references .asked").nth(11).waitFor();
    assert.equal(await page.locator(".swap-disk").count(), 0);
    await page.getByRole("button", { name: "Panels", exact: true }).click();
    assert.ok(await page.getByRole("checkbox", { name: "Replacement" }).isChecked());
  }));

for (const size of [
  [1440, 900],
  [1280, 720],
  [390, 844],
])
  for (const theme of ["light", "dark"])
    test(`it fits at ${size.join("x")}, ${theme}`, () =>
      visit({ size, theme, hasTouch: size[0] < 500 }, async (page) => {
        await open(page);
        if (size[0] < 500) await place(page, "Memory");
        await page.locator(".reclaim").scrollIntoViewIfNeeded();
        const { wide, panel, rows, high } = await page.evaluate(() => {
          const of = (selector) => document.querySelector(selector).getBoundingClientRect();
          const body = document.querySelector(".references");
          return {
            wide: document.documentElement.scrollWidth,
            panel: of(".reclaim").toJSON(),
            rows: body.scrollHeight,
            high: body.clientHeight,
          };
        });
        assert.equal(wide, size[0], "nothing sticks out");
        assert.ok(panel.x >= 0 && panel.right <= size[0] + 1, JSON.stringify(panel));
        assert.ok(rows <= high + 1, `three frames need no scrolling: ${rows} px in ${high}`);
        const small = await page.locator(".reclaim button").evaluateAll((all) =>
          all
            .map((one) => [one.textContent, one.getBoundingClientRect()])
            .filter(([, box]) => box.width < 24 || box.height < 24)
            .map(([text]) => text),
        );
        assert.deepEqual(small, [], "targets are 24 px");
        await isAccessible(page, ".reclaim");
      }));

const ROUND = `machine(#{ kernel: "apart", frames: 4, swap_slots: 0, policy: "two_hand", replacement: #{ hand_spread: 2 } });
let p = spawn("p");
references(p, "0 1 2 3 4");`;

test("a list that is gone round is the face of a clock, with its hands and accessed bits", () =>
  visit({}, async (page) => {
    await openScript(page, ROUND);
    await page.keyboard.press("End");
    const face = page.getByRole("img", { name: /^Clock: 4 pages; back hand at frame \d, front hand at frame \d$/ });
    await face.waitFor();
    const used = () => page.locator(".clock-page.accessed").count();
    const [end, hands] = [await used(), await face.getAttribute("aria-label")];
    assert.equal(await page.locator(".rank.hand").count(), 2, "the list beside it has the hands");
    assert.ok(end > 0 && end < 4, "the front hand has cleared some bits");
    // Before the last reference all four were used, and the hands stood elsewhere.
    await page.keyboard.press("ArrowLeft");
    await page.waitForFunction(() => document.querySelectorAll(".clock-page.accessed").length === 4);
    assert.notEqual(await face.getAttribute("aria-label"), hands);
    await isAccessible(page, ".reclaim");
  }));

test("generations, shares of a scan and ages stand in the lists", () =>
  visit({}, async (page) => {
    await openScript(page, ROUND.replace("two_hand", "mglru"));
    await page.keyboard.press("End");
    await page.locator(".rank-list", { hasText: /generation \d, the oldest/ }).waitFor();
    await page.locator(".rank-list", { hasText: /generation \d, the youngest/ }).waitFor();
    // What came last has its accessed bit set, which is seen.
    const sign = await page.locator(".rank-list").last().locator(".rank .sign").last().boundingBox();
    assert.ok(sign.width >= 4 && sign.height >= 4, JSON.stringify(sign));
    await openScript(page, ROUND.replace("two_hand", "virtual_scan"));
    await page.keyboard.press("End");
    await page.getByRole("button", { name: /^p: share of the scan \d/ }).waitFor();
    await page
      .getByRole("button", { name: /^page \d of p: frame \d, age \d/ })
      .first()
      .waitFor();
  }));

test("whose references and whose pages they are is said by the names of processes", () =>
  visit({}, async (page) => {
    const labels = () => page.locator(".rank").evaluateAll((all) => all.map((one) => one.textContent.trim()));
    const script = `machine(#{ kernel: "apart", frames: 6, swap_slots: 8, policy: "lru" });
      let red = spawn("a"); let r = red.mmap(2);
      references(red, "0w 1w", #{ addr: r });
      let blue = spawn("b"); let b = blue.mmap(2);
      references(blue, "0w", #{ addr: b });`;
    await openScript(page, script);
    await page.keyboard.press("End");
    await page.locator(".reclaim .count", { hasText: "blue, 1 reference: 0 hits, 1 miss" }).waitFor();
    assert.deepEqual(await labels(), ["red 0", "red 1", "blue 0"]);
    await isAccessible(page, ".reclaim");
    // One process alone needs no name.
    await page.locator("[aria-label=Step]").fill("4");
    await standsAt(page, 4);
    await page.locator(".reclaim .count", { hasText: "red, 2 references" }).waitFor();
    assert.deepEqual(await labels(), ["0", "1"]);
  }));

const APART = `machine(#{ kernel: "apart", frames: 8, swap_slots: 0, policy: "lru" });
let p = spawn("p");
references(p, "0 1 2 3 4 5 6 7 8 9 0 1");`;

/** Four processes, whose tables are more than a line of frames apart has room for. */
const SEVERAL = `machine(#{ kernel: "apart", frames: 12, swap_slots: 16, policy: "lru" });
for name in ["red", "green", "blue", "late"] {
  let p = spawn(name); let a = p.mmap(4);
  references(p, "0w 1w 2w 3w", #{ addr: a });
}`;

for (const [what, script, size] of [
  ["", APART, [1280, 720]],
  ["", APART, [1280, 600]],
  [" of several processes", SEVERAL, [1280, 720]],
])
  test(`the map below it is whole, with what lies apart${what} and its legend, at ${size.join("x")}`, () =>
    visit({ size }, async (page) => {
      await openScript(page, script);
      await page.keyboard.press("End");
      await page.locator(".references").waitFor();
      const { panel, ...parts } = await page.evaluate(() => {
        const of = (selector) => document.querySelector(selector).getBoundingClientRect().toJSON();
        return {
          panel: of(".memory"),
          map: of(".map"),
          pool: of(".pool"),
          legend: of(".memory .legend"),
          processes: of(".processes .strips"),
        };
      });
      const { processes, ...inside } = parts;
      for (const [name, box] of Object.entries(inside))
        assert.ok(box.bottom <= panel.bottom + 0.5, `${name} ends at ${box.bottom}, the panel at ${panel.bottom}`);
      assert.ok(inside.map.bottom <= inside.pool.top + 0.5, "nothing lies over anything");
      assert.ok(inside.map.height >= 24, `frames are seen: ${inside.map.height} px`);
      assert.ok(processes.height >= 48, `so are the process's pages: ${processes.height} px`);
      const scrolls = await page.locator(".pool").evaluate((pool) => pool.scrollHeight - pool.clientHeight);
      assert.ok(scrolls <= 0, `the line of what lies apart is whole: ${scrolls} px`);
    }));

test("in the reading view generations stand beside each other, and have the map's room where it is folded", () =>
  visit({ view: "", hash: "#lesson=generations", size: [1280, 720] }, async (page) => {
    await readTo(page, 3);
    const lists = page.locator(".generations .rank-list");
    assert.equal(await page.locator(".memory").count(), 0);
    const boxes = await lists.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()));
    assert.ok(boxes.length >= 3 && boxes.every(({ top }) => top === boxes[0].top), JSON.stringify(boxes));
    const hidden = await page.locator(".references").evaluate((table) => table.scrollHeight - table.clientHeight);
    assert.ok(hidden <= 0, `all eight frames are seen: ${hidden} px`);
    await isAccessible(page, ".reclaim");
  }));
