// The reading view: a lesson beside its machine. Words are no stops of their own; what happens is played before it is
// spoken of, and a note stays while its command is gone through.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isAccessible, openScript, readTo, standsAt, step, useBrowser, visit } from "./page.mjs";

useBrowser();

const reading = { view: "", hash: "#lesson=fork-and-cow" };
const text = (page) => page.locator(".lesson-text").innerText();
const next = (page) => page.locator(".next");

/** Two notes about one command, a command without a word, one announced, and many before the last note. */
const script = `machine(#{ frames: 64 });
note("The start.");
let p = spawn("p");
note("It is born.");
expect(true, "something holds");
ask("And now?", "Wait and see.");
note("A second thought about it.");
let a = p.mmap(40);
note("Forty pages are promised.");
p.touch(a);
p.touch(a + 4096);
note("Two are there.");
for n in 2..40 { p.touch(a + n * 4096); }
note("All are there.");
`;

test("a first visit reads: the words and the machine, nothing else", () =>
  visit(reading, async (page) => {
    for (const panel of [".lesson", ".memory", ".processes"]) assert.ok(await page.locator(panel).isVisible(), panel);
    for (const panel of [".script", ".console", ".inspector", ".allocator", ".swap-disk", ".step", ".plot"])
      assert.equal(await page.locator(panel).count(), 0, panel);
    assert.match(await text(page), /On Unix every process/);
    await page.keyboard.press("v");
    // Some are fetched when they are opened.
    for (const panel of [".script", ".console", ".inspector", ".allocator", ".swap-disk", ".step", ".plot"])
      await page.locator(panel).waitFor();
    await page.reload();
    await page.locator(".console").waitFor();
  }));

test("arrow keys move from command to command, and the words about it are beside each", () =>
  visit({ view: "" }, async (page) => {
    await openScript(page, script);
    await page.keyboard.press("Home");
    const seen = [await text(page)];
    const places = [await step(page)];
    for (let n = 0; n < 4; n++) {
      await page.keyboard.press("ArrowRight");
      seen.push(await text(page));
      places.push(await step(page));
    }
    assert.match(seen[0], /The start/);
    assert.match(seen[1], /It is born[\s\S]*And now\?/);
    assert.match(seen[2], /Forty pages/);
    assert.match(seen[3], /Forty pages/, "nothing is said of the first touch");
    assert.match(seen[4], /Two are there/);
    for (const place of places.slice(0, 4).toReversed()) {
      await page.keyboard.press("ArrowLeft");
      if (place === 0) assert.match(await text(page), /The start/);
      else if (place === places[1]) assert.match(await text(page), /A second thought/, "the last page about a command");
      else assert.equal(await step(page), place);
    }
  }));

test("back and one micro-step forward is inside the command that is spoken of; back from its words its note stays", () =>
  visit({ view: "working" }, async (page) => {
    await openScript(page, script);
    await page.keyboard.press("Home");
    for (let n = 0; n < 4; n++) await page.keyboard.press("ArrowRight");
    assert.match(await text(page), /Two are there/);
    const command = await page.locator(".command").innerText();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Shift+ArrowRight");
    assert.equal((await page.locator(".command").innerText()).trim(), command.replace("before the note", "").trim());
    assert.match(await page.getByRole("tab", { name: /Micro-steps/ }).innerText(), /Micro-steps 1 of/);
    await page.keyboard.press("ArrowRight");
    assert.match(await text(page), /Two are there/);
    await page.keyboard.press("Shift+ArrowLeft");
    assert.match(await text(page), /Two are there/, "the note stays inside its command");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    assert.match(await text(page), /Forty pages/);
  }));

test("Next shows the second page about a command, and plays the next commands before their note", () =>
  visit({ view: "", reducedMotion: "no-preference" }, async (page) => {
    await openScript(page, script);
    await page.keyboard.press("Home");
    await next(page).click();
    await page.locator(".lesson-text").getByText("It is born.").waitFor();
    await next(page).click();
    await page.locator(".lesson-text").getByText("A second thought").waitFor();
    const before = await step(page);
    await next(page).click();
    await page.locator(".lesson-text").getByText("Forty pages").waitFor();
    assert.ok((await step(page)) > before);
    // Two touches, a group of micro-steps at a time; the words wait for their end.
    await next(page).click();
    await page.locator(".happening progress").waitFor();
    assert.match(await text(page), /Forty pages/);
    // The old note steps back: it is not about what plays.
    await page.locator(".lesson-text.past").waitFor();
    await page.locator(".since", { hasText: /^Playing: p\.touch\(a\)/ }).waitFor();
    await page.waitForFunction(() =>
      /^(Walk|Fault|Allocate|Table|TLB)/.test(document.querySelector(".told").innerText),
    );
    await page.locator(".lesson-text").getByText("Two are there.").waitFor();
    // Thirty-eight commands are a run; it can be stopped on the way, and skipped.
    await next(page).click();
    await page.locator(".running", { hasText: "38 commands" }).waitFor();
    // Before the first of them there is nothing to come after the note.
    await page.locator(".since", { hasText: /^Playing: p\.touch/ }).waitFor();
    await page.getByRole("button", { name: "Stop here" }).click();
    const stopped = await step(page);
    assert.match(await text(page), /Two are there/);
    await page.locator(".since", { hasText: /^After this note: p\.touch/ }).waitFor();
    await isAccessible(page, ".lesson");
    await next(page).click();
    await next(page).click();
    await page.locator(".lesson-text").getByText("All are there.").waitFor();
    assert.ok((await step(page)) > stopped);
    assert.equal(await page.locator(".lesson-text.past, .since").count(), 0);
  }));

test("Play stops at notes, and plays past them where one says so", () =>
  visit({ view: "working" }, async (page) => {
    await openScript(page, script);
    await page.keyboard.press("Home");
    await page.keyboard.press(" ");
    await page.locator(".lesson-text").getByText("It is born.").waitFor();
    await page.getByRole("button", { name: "Play" }).waitFor();
    await page.getByRole("button", { name: "Panels" }).click();
    await page.getByRole("checkbox", { name: "Play on past notes" }).check();
    await page.keyboard.press("Escape");
    await page.getByRole("combobox", { name: "Speed of play" }).selectOption({ label: "5×" });
    await page.locator("h1").click();
    await page.keyboard.press(" ");
    await page.locator(".lesson-text").getByText("All are there.").waitFor();
  }));

test("micro-steps are folded into groups, which open", () =>
  visit({ view: "working" }, async (page) => {
    await openScript(page, script);
    await page.keyboard.press("Home");
    for (let n = 0; n < 3; n++) await page.keyboard.press("ArrowRight");
    const names = () => page.locator(".micro .group b").allInnerTexts();
    const chain = await names();
    assert.deepEqual(chain.slice(0, 5), ["TLB miss", "walk", "fault", "allocate", "table"]);
    assert.ok(chain.includes("walk again"));
    const lines = await page.locator(".micro li").count();
    assert.equal(lines, chain.length, "folded");
    await page
      .getByRole("button", { name: /^allocate: \d+ micro-steps/ })
      .first()
      .click();
    assert.ok((await page.locator(".micro li").count()) > lines);
    await page.getByRole("button", { name: "Unfold all" }).click();
    assert.ok((await page.locator(".micro li").count()) > lines + 5);
    await isAccessible(page, ".time");
  }));

test("what the clock does at a frame is one group, its searches in it", () =>
  visit({ view: "working" }, async (page) => {
    await openScript(
      page,
      `machine(#{ frames: 64, swap_slots: 8 });\nlet p = spawn();\np.touch(p.mmap(3), 3);\nreclaim(1);`,
    );
    await page.keyboard.press("End");
    const groups = await page.locator(".micro .group").allInnerTexts();
    const hand = groups.map((text) => /^▸?\s*choose\s+the hand is at frame (\d+): (used|not used)/.exec(text));
    assert.deepEqual(
      hand.slice(1, 5).map((at) => at?.[2]),
      ["used", "used", "used", "not used"],
      groups.join("\n"),
    );
    assert.equal(hand[4][1], hand[1][1], "the first of them in the second round");
    assert.deepEqual(hand.slice(5).filter(Boolean), []);
  }));

test("what a first lesson has not come to is not drawn: the clock's hand, free blocks, seldom used bits", () =>
  visit({ view: "", hash: "#lesson=first-touch&step=14" }, async (page) => {
    await page.locator(".inspector .walk").waitFor();
    assert.equal(await page.locator(".legend", { hasText: "clock’s hand" }).count(), 0);
    assert.equal(await page.locator('.legend [data-mark="split"]').count(), 0);
    assert.equal(await page.getByText("PWT").first().isVisible(), false);
    await page.locator("summary", { hasText: "All bits" }).click();
    assert.ok(await page.getByText("PWT").first().isVisible());
    await page.keyboard.press("v");
    await page.locator(".legend", { hasText: "clock’s hand" }).waitFor();
  }));

for (const [width, height] of [
  [1440, 900],
  [1280, 720],
  [1024, 768],
  [820, 1180],
  [720, 450],
  [390, 844],
])
  test(`words and map are together at ${width}x${height}`, () =>
    visit({ ...reading, size: [width, height] }, async (page) => {
      for (const theme of ["light", "dark"]) {
        await page.evaluate((name) => (document.documentElement.dataset.theme = name), theme);
        for (const part of [".lesson-text", ".map canvas", ".next", ".processes"]) {
          const box = await page.locator(part).boundingBox();
          assert.ok(box, part);
          assert.ok(box.y < height && box.x < width && box.x + box.width <= width + 1, `${part} is on the screen`);
        }
        await isAccessible(page, "body");
      }
      const small = await page.evaluate(() =>
        [...document.querySelectorAll(".app *")]
          .filter((one) => one.checkVisibility() && [...one.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
          .filter((one) => Number.parseFloat(getComputedStyle(one).fontSize) < 13)
          .map((one) => `${one.className} ${one.textContent}`),
      );
      assert.deepEqual(small, [], "no type of less than 13 px");
    }));

/** Ends of lines that are drawn, those of them that lie in `within`, and what is said to be out of view. */
const drawn = (page, within) =>
  page.evaluate((selector) => {
    const box = document.querySelector(selector).getBoundingClientRect();
    const ends = [...document.querySelectorAll(".links g[data-link] circle")].map((one) => one.getBoundingClientRect());
    return {
      lines: document.querySelectorAll(".links g[data-link]").length,
      ends: ends.length,
      inside: ends.filter(({ top, bottom }) => top >= box.top && bottom <= box.bottom).length,
      hidden: [...document.querySelectorAll(".processes .chip")]
        .map((chip) => chip.textContent)
        .filter((text) => text.includes("linked")),
    };
  }, within);

/** Waits for so many ends to have their dot: one that is out of sight has none. */
const allDots = (page, ends) =>
  page.waitForFunction((n) => document.querySelectorAll(".links g[data-link] circle").length === n, ends);

for (const size of [
  [1280, 720],
  [1440, 900],
])
  for (const [lesson, note, lines] of [
    ["swap-out", 2, 3],
    ["swap-out", 3, 3],
    ["fork-and-cow", 3, 2],
  ])
    test(`${lesson}, note ${note}: both ends of its ${lines} lines are on screen at ${size.join("x")}`, () =>
      visit({ view: "", hash: `#lesson=${lesson}`, size }, async (page) => {
        await readTo(page, note);
        await allDots(page, 2 * lines);
        const seen = await drawn(page, ".workspace");
        assert.deepEqual(seen, { lines, ends: 2 * lines, inside: 2 * lines, hidden: [] });
        const cut = await page.evaluate(() => {
          const box = document.querySelector(".strips").getBoundingClientRect();
          return [...document.querySelectorAll(".strips .page[data-linked]")].filter(
            (one) => one.getBoundingClientRect().bottom > box.bottom,
          ).length;
        });
        assert.equal(cut, 0, "the pages are whole");
      }));

test("on a phone the frame and both of its pages are above the words, and the way on is in reach", () =>
  visit({ ...reading, size: [390, 844] }, async (page) => {
    await readTo(page, 3);
    await allDots(page, 4);
    assert.deepEqual(await drawn(page, ".machine-view"), { lines: 2, ends: 4, inside: 4, hidden: [] });
  }));

test("on a phone the pages that lines lead to are above the words, with a panel below them, too", () =>
  visit({ view: "", hash: "#lesson=swap-out", size: [390, 844] }, async (page) => {
    await readTo(page, 2);
    await page.waitForFunction(() => {
      const { top, bottom } = document.querySelector(".machine-view").getBoundingClientRect();
      const boxes = [...document.querySelectorAll(".strips .page[data-linked]")].map((one) =>
        one.getBoundingClientRect(),
      );
      return boxes.length === 3 && boxes.every((box) => box.top >= top && box.bottom <= bottom);
    });
    await readTo(page, 3);
  }));

for (const place of [363, 393])
  test(`on a phone pages of processes are above the words, whatever is counted over them: step ${place}`, () =>
    visit({ view: "reading", hash: `#lesson=sixty-four-kilobytes&step=${place}`, size: [390, 844] }, async (page) => {
      await standsAt(page, place);
      const { end, pages, head } = await page.evaluate(() => ({
        end: document.querySelector(".machine-view").getBoundingClientRect().bottom,
        head: document.querySelector(".processes .panel-head").getBoundingClientRect().height,
        pages: ["xv", "browser"].map(
          (name) =>
            document.querySelector(`.strip[aria-label$=" ${name}"] .page`)?.getBoundingClientRect().bottom ?? name,
        ),
      }));
      assert.ok(
        pages.every((bottom) => bottom <= end),
        `${pages} above ${end}`,
      );
      assert.ok(head < 44, `the head is one line, not ${head} px`);
    }));

test("the plot that a note opens leaves the processes in sight", () =>
  visit({ view: "", hash: "#lesson=swap-out", size: [1280, 720] }, async (page) => {
    await readTo(page, 8);
    await page.locator(".plot canvas").waitFor();
    const whole = await page.evaluate(() => {
      const { bottom } = document.querySelector(".strips").getBoundingClientRect();
      return [...document.querySelectorAll(".strip")].filter((one) => one.getBoundingClientRect().bottom <= bottom)
        .length;
    });
    assert.ok(whole >= 2, `${whole} processes`);
    const [track, plot] = [
      await page.locator(".track").boundingBox(),
      await page.locator(".plot canvas").boundingBox(),
    ];
    assert.ok(Math.abs(track.x - plot.x) < 2 && Math.abs(track.width - plot.width) < 4, "both have the same scale");
  }));

test("no line is drawn over words", () =>
  visit({ view: "", hash: "#lesson=swap-out", size: [1280, 720] }, async (page) => {
    for (const note of [2, 3]) {
      await readTo(page, note);
      await page.waitForFunction(() => document.querySelectorAll(".links g[data-link]").length === 3);
      const { crossed, over } = await page.evaluate(() => {
        // Lines let the pointer through; to see what lies on top they must not.
        for (const one of document.querySelectorAll(".links, .links *")) one.style.pointerEvents = "all";
        const words = [
          ...document.querySelectorAll(".legend button, .told, .machine-view h2, .strip header *, .vma-name"),
        ];
        // Between the words of a title or a legend the line is a shadow: the band lies above it, too.
        const bands = [...document.querySelectorAll(".workspace :is(.panel-head, .legend)")];
        const { left, top } = document.querySelector(".links").getBoundingClientRect();
        const found = { crossed: 0, over: [] };
        for (const wire of document.querySelectorAll(".links .wire"))
          for (let at = 0; at < wire.getTotalLength(); at += 2) {
            const [x, y] = [wire.getPointAtLength(at).x + left, wire.getPointAtLength(at).y + top];
            const isHere = (one) => {
              const box = one.getBoundingClientRect();
              return x > box.left && x < box.right && y > box.top && y < box.bottom;
            };
            const text = words.find(isHere);
            const seen = text?.checkVisibility({ visibilityProperty: true });
            if (seen) found.crossed++;
            const on = seen ? text.textContent : bands.find(isHere)?.className;
            if (on && document.elementFromPoint(x, y)?.closest(".links")) found.over.push(on);
          }
        for (const one of document.querySelectorAll(".links, .links *")) one.style.pointerEvents = "";
        return found;
      });
      assert.ok(crossed > 0, "lines cross words");
      assert.deepEqual([...new Set(over)], []);
    }
  }));

test("a run ends with what its last command changed, and with nothing else marked", () =>
  visit({ view: "working", reducedMotion: "no-preference" }, async (page) => {
    await openScript(
      page,
      `machine(#{ frames: 512 });
let p = spawn("p");
let a = p.mmap(190);
note("Before.");
for n in 0..190 { p.touch(a + n * PAGE); }
note("After.");`,
    );
    await page.keyboard.press("n");
    await page.locator(".lesson-text").getByText("Before.").waitFor();
    await page.keyboard.press("n");
    await page.locator(".lesson-text:not(.past)").getByText("After.").waitFor();
    const changed = await page.locator(".strips .page.changed").evaluateAll((all) => all.map((each) => each.title));
    assert.equal(changed.length, 1, changed.join());
    assert.match(changed[0], /^Page a\[189\]/);
  }));
