// Machines side by side: chosen, given a script or its commands in lock-step, moved through time together; where they
// part; what stays in sight; links; accessibility.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AxeBuilder, openScript, place, ready, standsAt, step, steps, useBrowser, visit } from "./page.mjs";

useBrowser();

/** Two requests that blocks of at most 4 frames never can serve; the first other answer is that to step 4. */
const requests = `machine(#{ frames: 64, swap_slots: 16 });
let p = spawn("p");
let a = p.mmap(6);
p.touch(a, 3);
let large = alloc(8);
let small = alloc(3);
p.touch(a + 3 * 4096, 3);
free(large, 8);
alloc(16);
free(small, 3);
`;

const compared = (page, count) =>
  page.waitForFunction((n) => document.querySelectorAll(".fared thead th .letter").length === n, count);
const hash = (page) => page.evaluate(() => decodeURIComponent(location.hash));
const did = (page, n) => page.locator(".compared .did").nth(n).innerText();

/** Opens the comparison with these machines beside the page's own; `how`: the commands are replayed, or the script run
 *  again. */
async function compare(page, others, script = requests, how = "replay") {
  await openScript(page, script);
  await page.waitForFunction(() => location.hash.includes("script="));
  const fields = `&compare=${encodeURIComponent(JSON.stringify(others))}${how === "replay" ? "&replay=" : ""}`;
  await page.evaluate((fields) => (location.hash += fields), fields);
  await compared(page, others.length + 1);
}

test("opened by button and key, kept in the link, closed again", () =>
  visit({}, async (page) => {
    await openScript(page, requests);
    await page.locator(".timeline").getByRole("button", { name: "Compare" }).click();
    await compared(page, 2);
    assert.equal(await page.locator(".compared").count(), 2);
    assert.match(await page.locator(".compared h3").first().innerText(), /A\s+buddy/);
    await page.waitForFunction(() => location.hash.includes("compare="));
    const link = await hash(page);
    await page.reload();
    await ready(page);
    await compared(page, 2);
    assert.equal(await page.locator(".notice").count(), 0);
    assert.equal(await hash(page), link);
    await page.keyboard.press("c");
    await page.getByRole("heading", { name: "Physical memory" }).waitFor();
    await page.waitForFunction(() => !location.hash.includes("compare="));
    await page.keyboard.press("c");
    await compared(page, 2);
    await page.getByRole("button", { name: "Close", exact: true }).click();
    await page.getByRole("heading", { name: "Physical memory" }).waitFor();
  }));

const row = (page, name) => page.locator(".fared tr", { hasText: name });

/** 40 frames in one piece, given back if they were got. */
const reacting = `machine(#{ frames: 64, swap_slots: 0 });
let f = alloc(40);
if f != "ENOMEM" { free(f, 40); }
note("done");
`;

test("a script that reacts is run again on each machine; its commands can be replayed instead", () =>
  visit({}, async (page) => {
    await compare(page, [{ allocator: "memarea" }], reacting, "again");
    await page.keyboard.press("End");
    assert.match(await row(page, "largest free run").innerText(), /32\D+63/);
    assert.match(await page.locator(".fared td.best").first().innerText(), /1/);
    assert.equal(
      await page.locator(".fared tr td:nth-child(2).best").count(),
      0,
      "no star for the machine that failed",
    );
    await page
      .getByRole("group", { name: "To the first difference" })
      .getByRole("button", { name: "commands: step 2" })
      .click();
    await standsAt(page, 2);
    assert.match(
      await page.getByRole("button", { name: "commands: step 2" }).getAttribute("title"),
      /free\(1, 40\) \(line 3\)/,
    );
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    await standsAt(page, 1);
    assert.match(await did(page, 0), /ENOMEM/);
    assert.match(await did(page, 1), /→ frame 1/);
    // The other machine has a command more: it comes with the first one's next step, in micro-steps, too.
    await page.keyboard.press("Shift+ArrowRight");
    await page.waitForFunction(() => /^1 of \d+/.test(document.querySelectorAll(".compared .did")[1].innerText));
    await page.keyboard.press("End");
    await page.getByLabel("What the other machines are given").selectOption("replay");
    await page.waitForFunction(() =>
      /32\s+23/.test(
        [...document.querySelectorAll(".fared tr")].find((tr) => tr.innerText.includes("largest free run"))?.innerText,
      ),
    );
    await page.waitForFunction(() => location.hash.includes("replay="));
    await page.reload();
    await ready(page);
    await compared(page, 2);
    await page.waitForFunction(
      () =>
        [...document.querySelectorAll("label")].find((one) => one.innerText.includes("What the other machines"))
          ?.control.value === "replay",
    );
  }));

test("a script that stops with an error on another machine says so, and where", () =>
  visit({}, async (page) => {
    await compare(page, [{ max_order: 2 }], requests, "again");
    await page.keyboard.press("End");
    const ended = page.locator(".compared").nth(1).locator(".ended.there");
    await ended.waitFor();
    assert.match(await ended.innerText(), /ended at line 5: alloc: 8 pages are more than a block of order 2 holds/);
    assert.match(await did(page, 1), /the script did not come here.*≠ A/s);
    await page.keyboard.press("Home");
    await page.locator(".compared").nth(1).getByText("will end at").waitFor();
  }));

test("what came after the script is replayed, and that is said", () =>
  visit({}, async (page) => {
    await compare(page, [{ allocator: "memarea" }], reacting, "again");
    await page.keyboard.press("End");
    await page.locator("#console-input").fill("alloc(1)");
    await page.keyboard.press("Enter");
    await page.locator(".why-replayed").waitFor();
    assert.match(
      await page.locator(".why-replayed").innerText(),
      /replayed: its commands are not only those of its script/,
    );
    assert.ok(await page.getByLabel("What the other machines are given").isDisabled());
  }));

test("a lesson proposes the machine that its text names; what it tells stays in sight", () =>
  visit({ hash: "#lesson=swap-out&step=17" }, async (page) => {
    await page.getByRole("button", { name: "Compare" }).first().click();
    await compared(page, 2);
    assert.match(await page.locator(".compared h3").nth(1).innerText(), /rmap none/);
    const at = page.getByRole("slider", { name: "Step" });
    await at.focus();
    while (!/reclaim/.test(await page.locator(".step").innerText())) await page.keyboard.press("ArrowRight");
    await page.waitForFunction(() =>
      /\b27\b\D+\b441\b/s.test(
        [...document.querySelectorAll(".fared tr")].find((tr) => tr.innerText.startsWith("PTEs looked at"))?.innerText,
      ),
    );
    assert.match(await row(page, "PTEs looked at").locator(".best").innerText(), /27/);
    await page.keyboard.press("ArrowLeft");
    const f = page.locator(".vma [data-page]").first();
    await f.click();
    await page.locator(".links .link").first().waitFor();
    const inside = async (selector) => {
      const box = await page.locator(selector).first().boundingBox();
      assert.ok(box && box.width > 100 && box.height > 60, `${selector}: ${JSON.stringify(box)}`);
    };
    await inside(".lesson-text");
    await inside(".strips");
    // The line ends on machine A's map.
    const line = await page.locator(".links .link circle").first().boundingBox();
    const map = await page.locator(".compared canvas").first().boundingBox();
    assert.ok(line.x > map.x && line.x < map.x + map.width && line.y > map.y && line.y < map.y + map.height);
  }));

test("a link that cannot be followed is told of", () =>
  visit({ hash: "#lesson=first-touch&compare=buddy" }, async (page) => {
    await page.locator(".notice[role=alert]").waitFor();
    assert.match(await page.locator(".notice").innerText(), /compare “buddy” is not a JSON array/);
    await page.getByRole("heading", { name: "Physical memory" }).waitFor();
  }));

test("a machine that cannot be is told of in its place", () =>
  visit({ hash: `#lesson=first-touch&compare=${encodeURIComponent('[{"allocator":"best"}]')}` }, async (page) => {
    const trouble = page.locator(".compare-trouble");
    await trouble.waitFor();
    assert.match(await trouble.innerText(), /best.*is not known.*Use one of.*buddy/s);
  }));

test("all move together: by step, by micro-step, by slider", () =>
  visit({}, async (page) => {
    await compare(page, [{ max_order: 2 }, { rmap: "none" }]);
    await page.keyboard.press("Home");
    for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowRight");
    await standsAt(page, 3);
    // The request of 8: micro-steps of A, none on B, the same as A's on C.
    await page.keyboard.press("Shift+ArrowRight");
    await page.waitForFunction(() => /^1 of \d+/.test(document.querySelector(".compared .did").innerText));
    assert.match(await did(page, 1), /^0 of 0/);
    assert.equal(await did(page, 2), await did(page, 0));
    await page.keyboard.press("ArrowRight");
    await standsAt(page, 4);
    assert.match(await did(page, 0), /→ frame 8/);
    assert.match(await did(page, 1), /✗ not given: alloc: 8 pages/);
    assert.match(await did(page, 2), /→ frame 8/);
    await page.keyboard.press("Shift+ArrowLeft");
    await page.waitForFunction(() => /^\d+ of \d+/.test(document.querySelector(".compared .did").innerText));
    await page.keyboard.press("ArrowLeft");
    await standsAt(page, 3);
    const slider = page.getByRole("slider", { name: "Step" });
    await slider.focus();
    await page.keyboard.press("End");
    await standsAt(page, await steps(page));
    assert.match(await page.locator(".fared tr", { hasText: "requests served" }).innerText(), /3\D+1\D+3/s);
  }));

test("a machine with more micro-steps takes them while the first waits", () =>
  visit({}, async (page) => {
    await compare(
      page,
      [{ rmap: "pte_chain" }],
      'machine(#{ frames: 64, rmap: "none" }); let p = spawn("p"); let a = p.mmap(2); p.touch(a, 2); p.fork();',
    );
    await page.keyboard.press("End");
    await page.keyboard.press("Shift+ArrowLeft");
    const [, a] = (await did(page, 0)).match(/of (\d+)/);
    const [, b] = (await did(page, 1)).match(/of (\d+)/);
    assert.notEqual(a, b, "they differ in micro-steps");
    const most = Math.max(a, b);
    await page.waitForFunction(
      (n) =>
        [...document.querySelectorAll(".compared .did")].some((did) => did.innerText.startsWith(`${n - 1} of ${n}`)),
      most,
    );
    for (let n = most - 1; n > 0; n--) await page.keyboard.press("Shift+ArrowLeft");
    await page.keyboard.press("Shift+ArrowLeft");
    for (let n = 0; n <= most; n++) await page.keyboard.press("Shift+ArrowRight");
    await page.waitForFunction(
      (n) => [...document.querySelectorAll(".compared .did")].every((did) => /^→/.test(did.innerText)) || n < 0,
      most,
    );
  }));

test("the first differences are marked and can be gone to; failed requests are listed", () =>
  visit({}, async (page) => {
    await compare(page, [{ max_order: 2 }]);
    await page.locator(".track .parting-mark").nth(1).waitFor({ state: "attached" });
    assert.equal(await page.locator(".track .parting-mark").count(), 2);
    await page.keyboard.press("Home");
    await page
      .getByRole("group", { name: "To the first difference" })
      .getByRole("button", { name: "outcome: step 4" })
      .click();
    await standsAt(page, 4);
    assert.match(await page.locator(".compared .here").nth(1).innerText(), /^8 frames used otherwise/);
    const map = () =>
      page
        .locator(".compared canvas")
        .nth(1)
        .evaluate((canvas) => canvas.toDataURL());
    const there = await map();
    await page.keyboard.press("ArrowLeft");
    await page.waitForFunction((old) => document.querySelectorAll(".compared canvas")[1].toDataURL() !== old, there);
    assert.match(await page.locator(".failed-requests").innerText(), /2 requests failed somewhere/);
    await page.getByRole("button", { name: /alloc\(16\)/ }).click();
    await standsAt(page, 8);
    await page.locator(".failed-requests tr.now").waitFor();
  }));

test("machines are chosen by form or as JSON, added and left out", () =>
  visit({}, async (page) => {
    await compare(page, [{ max_order: 2 }]);
    await page.getByRole("button", { name: "Machine", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Machine C" });
    await dialog.getByLabel("rmap").selectOption("vma_offset");
    await dialog.getByLabel("check pairs").check();
    await dialog.getByLabel("rmap").selectOption("object");
    assert.equal(await dialog.getByLabel("check pairs").count(), 0, "only the pair of 1998 is checked");
    assert.doesNotMatch(await dialog.getByLabel("Changed fields, as JSON").inputValue(), /rmap|check_pairs/);
    const add = await dialog
      .getByRole("button", { name: "Add this machine" })
      .evaluate((e) => [e.scrollWidth, e.clientWidth]);
    assert.ok(add[0] <= add[1], "the button is as wide as its words");
    await dialog.getByLabel("allocator").selectOption("quick_fit");
    await dialog.getByLabel("round").selectOption("power_of_two");
    assert.equal(
      await dialog.getByLabel("Changed fields, as JSON").inputValue(),
      '{"allocator":"quick_fit","quick_fit":{"round":"power_of_two"}}',
    );
    await dialog.getByRole("button", { name: "Add this machine" }).click();
    await compared(page, 3);
    assert.match(await page.locator(".compared h3").nth(2).innerText(), /quick_fit, round power_of_two/);
    await page.getByRole("button", { name: "Change machine B" }).click();
    const json = page.getByRole("dialog", { name: "Machine B" }).getByLabel("Changed fields, as JSON");
    await json.fill("[1]");
    await page.locator("#json-wrong").waitFor();
    assert.ok(await page.getByRole("dialog").getByRole("button", { name: "Compare" }).isDisabled());
    await json.fill('{"rmap":"none"}');
    await page.getByRole("dialog").getByRole("button", { name: "Compare" }).click();
    await page.waitForFunction(() => /rmap none/.test(document.querySelectorAll(".compared h3")[1].innerText));
    await page.getByRole("button", { name: "Leave machine B out" }).click();
    await compared(page, 2);
    await page.waitForFunction(() => !location.hash.includes("rmap"));
  }));

test("another script is compared by itself, and a long one can be cancelled", () =>
  visit({}, async (page) => {
    await compare(page, [{ max_order: 2 }]);
    await openScript(page, "machine(#{ frames: 64 }); alloc(2);", "short.rhai");
    await page.waitForFunction(() => document.querySelector(".no-difference"));
    // By one who waits in the page: a fast machine is done before the journey has looked.
    await page.evaluate(() => {
      const watch = new MutationObserver(() => {
        const button = document.querySelector(".compare-progress .cancel");
        if (!button) return;
        watch.disconnect();
        button.click();
      });
      watch.observe(document.body, { childList: true, subtree: true });
    });
    await openScript(page, "machine(#{ frames: 16384 }); for i in 0..20000 { free(alloc(3), 3); }", "long.rhai");
    await page.locator(".compare-trouble").getByText("cancelled").waitFor();
    await page.evaluate(() => {
      document.querySelector(".compare-trouble button").click();
      window.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    });
    await page.locator(".compare-trouble").getByText("cancelled").waitFor();
    await page.getByRole("button", { name: "Compare again" }).click();
    await compared(page, 2);
  }));

const four = [{ max_order: 2 }, { allocator: "quick_fit" }, { allocator: "page_array", rmap: "none" }];

for (const theme of ["light", "dark"])
  for (const size of [
    [1440, 900],
    [1280, 720],
    [390, 844],
  ])
    test(`accessible, without scrolling, at ${size.join("x")}, ${theme}`, () =>
      visit({ theme, size }, async (page) => {
        await compare(page, four);
        const sound = async (where) => {
          const { violations } = await new AxeBuilder({ page }).analyze();
          assert.deepEqual(
            violations.map(
              ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target} ${node.failureSummary}`).join(" | ")}`,
            ),
            [],
            where,
          );
        };
        await sound("four machines");
        const fits = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          document.documentElement.scrollHeight,
        ]);
        assert.deepEqual(fits, size);
        for (const box of await Promise.all(
          (await page.locator(".compared canvas").all()).map((canvas) => canvas.boundingBox()),
        ))
          assert.ok(box.width > 120 && box.height > 100, `a map of ${box.width} by ${box.height}`);
        await page.getByRole("button", { name: "Change machine B" }).click();
        await sound("the form");
        await page.keyboard.press("Escape");
        await page.keyboard.press("Home");
        await page.getByRole("button", { name: "One step forward" }).click();
        assert.equal(await step(page), 1);
      }));

test("on a phone it is opened beside the allocator", () =>
  visit({ size: [390, 844] }, async (page) => {
    await place(page, "Inspect");
    await page.locator(".details").getByRole("button", { name: "Compare" }).click();
    await compared(page, 2);
  }));
