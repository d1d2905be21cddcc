// A link never lies: what is on show comes back from the address, whatever made it; what no link can carry is said.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import {
  chooseLesson,
  isAccessible,
  isOpen,
  lessonIsOpen,
  openFile,
  openScript,
  ready,
  sample,
  standsAt,
  steps,
  useBrowser,
  visit,
} from "./page.mjs";
import { elsewhere, everything, hash, logs, say, share, written } from "./sharing.mjs";

useBrowser();

test("console commands travel in the link: the same machine at the same place, with its variables", () =>
  visit({ hash: "#lesson=fork-and-cow&step=5" }, async (page) => {
    await page.keyboard.press("End");
    const had = await steps(page);
    await say(page, "let run = alloc(5)");
    await say(page, "free(run, 5); let second = alloc(3);");
    await say(page, "pin(second)");
    await page.keyboard.press("ArrowLeft");
    await page.getByRole("spinbutton", { name: "Go to frame number" }).fill("9");
    await page.keyboard.press("Enter");
    await standsAt(page, had + 3);
    await written(page, `step=${had + 3}&select=frame:9`);
    const made = await everything(page);
    await elsewhere(page, async (other, link) => {
      assert.match(link, /^#lesson=fork-and-cow&then=[\w-]+&step=\d+&select=frame:9$/);
      assert.equal(await other.locator(".notice").count(), 0);
      assert.deepEqual(await everything(other), made);
      assert.equal(await hash(other), link, "and the link is the same");
      // What was typed is there again, and goes on.
      assert.match(await other.locator(".console-log").innerText(), /let run = alloc\(5\)/);
      await other.keyboard.press("End");
      await say(other, "unpin(second)");
      await standsAt(other, had + 5);
    });
  }));

test("clicks and drags with the map's tools travel in the link", () =>
  visit({ hash: "#lesson=first-touch&step=3" }, async (page) => {
    await page.keyboard.press("a");
    const box = await page.locator(".map canvas").boundingBox();
    await page.mouse.move(box.x + box.width / 3, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 3 });
    await page.mouse.up();
    await standsAt(page, 4);
    await page.locator(".outcome-of", { hasText: "→" }).waitFor();
    await page.keyboard.press("p");
    await page
      .locator(".tool-line")
      .getByRole("button", { name: /^pin\(/ })
      .click();
    await standsAt(page, 5);
    await written(page, "step=5");
    const made = await everything(page);
    await elsewhere(page, async (other) => assert.deepEqual(await everything(other), made));
  }));

test("a command given in the past, and inside a step, is done again at its place", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    await page.keyboard.press("End");
    await say(page, "let late = alloc(2)");
    await page.keyboard.press("Home");
    await page.keyboard.press("k");
    await page.keyboard.press("f");
    await page.keyboard.press("Shift+ArrowLeft");
    await page.keyboard.press("Shift+ArrowLeft");
    const inside = await page.getByRole("tab", { name: /Micro-steps/ }).innerText();
    await say(page, 'let seen = counter("faults"); alloc(seen + 1)');
    await say(page, "spawn(`n${late}`)");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await say(page, "spawn(`m${seen}`)");
    await page.keyboard.press("Shift+ArrowLeft");
    await written(page, "event=");
    const made = await everything(page);
    assert.notEqual(made.micro, inside);
    await elsewhere(page, async (other) => {
      assert.equal(await other.locator(".notice").count(), 0);
      assert.deepEqual(await everything(other), made);
    });
  }));

test("lines that failed travel, too: they may have changed a variable, or the machine", () =>
  visit({ hash: "#lesson=first-touch&step=1" }, async (page) => {
    await say(page, "let list = [];");
    await say(page, "list.push(7).nonsense()");
    await page.locator(".line-error").waitFor();
    await say(page, "alloc(2); nonsense()");
    await standsAt(page, 2);
    await written(page, "step=2");
    const made = await everything(page);
    await page.reload();
    await ready(page);
    assert.equal(await page.locator(".notice").count(), 0);
    assert.deepEqual(await everything(page), made);
    assert.equal(await page.locator(".line-error", { hasText: "nonsense" }).count(), 2);
    await say(page, "list.len()");
    assert.equal(await page.locator(".line-out").last().innerText(), "1");
  }));

test("an edited lesson comes back with its lesson, and with what followed", () =>
  visit({ hash: "#lesson=first-touch" }, async (page) => {
    await page.getByRole("textbox", { name: "Script" }).click();
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.insertText('spawn("mine");\n');
    await page.keyboard.press("ControlOrMeta+Enter");
    await page.waitForFunction(() => document.querySelector("input[type=range]")?.max === "1");
    await page.locator("body").press("Escape");
    await page.getByRole("button", { name: "To the end" }).click();
    await say(page, "p1.mmap(2)");
    await written(page, "step=2");
    await page.reload();
    await ready(page);
    await standsAt(page, 2);
    await lessonIsOpen(page, "first-touch");
    await page.getByRole("button", { name: "Undo edits" }).click();
    await page.waitForFunction(() => Number(document.querySelector("input[type=range]")?.max) > 3);
  }));

/** Squeezes text as the page does. */
async function squeeze(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return Buffer.from(await new Response(stream).arrayBuffer()).toString("base64url");
}

const refused = [
  ["damaged", async () => "AAAA!!", /what followed by hand is damaged, so the machine before it is shown/],
  ["no list", () => squeeze('{"step":1,"line":"alloc(1)"}'), /what followed by hand is damaged/],
  ["a strange field", () => squeeze('[{"step":1,"line":"alloc(1)","run":"x"}]'), /what followed by hand is damaged/],
  [
    "too many lines",
    () => squeeze(JSON.stringify(Array.from({ length: 6000 }, () => ({ step: 1, line: "1" })))),
    /what followed by hand is damaged/,
  ],
  [
    "a text that swells",
    () => squeeze(JSON.stringify([{ step: 1, line: "x".repeat(3 << 20) }])),
    /what followed by hand is damaged/,
  ],
  [
    "a place past the end",
    () => squeeze('[{"step":9999,"line":"alloc(1)"}]'),
    /command 1 of what followed, alloc\(1\), was given at step 9999, and there are \d+; so the machine before all of it is shown/,
  ],
  [
    "a line that is refused",
    () => squeeze('[{"step":3,"line":"alloc(1)"},{"step":4,"line":"<b>nonsense</b>()"}]'),
    /command 2 of what followed, <b>nonsense<\/b>\(\), was refused: /,
  ],
  [
    "a line that should have failed",
    () => squeeze('[{"step":3,"line":"alloc(1)","failed":true}]'),
    /failed when it was given, and does not now/,
  ],
  ["kept in another browser", async () => "kept.abc-1-xyz", /what followed by hand is not kept in this browser/],
];

for (const [name, then, message] of refused)
  test(`what followed is refused, and the machine of the script is left: ${name}`, async () => {
    let plain;
    await visit({ hash: "#lesson=first-touch&step=3" }, async (page) => (plain = await everything(page)));
    await visit({ hash: `#lesson=first-touch&then=${await then()}&step=3` }, async (page) => {
      await page.locator(".notice[role=alert]").waitFor();
      assert.match(await page.locator(".notice").innerText(), message);
      assert.equal(await page.locator(".notice b").count(), 0, "text is only text");
      assert.deepEqual(await everything(page), plain);
      assert.equal(await hash(page), "#lesson=first-touch&step=3", "the address says what is on show");
    });
  });

const unnamed = [
  ["a lesson that there is not", "lesson=no-such-lesson", /there is no lesson “no-such-lesson”/],
  ["a damaged script", "script=AAAA!!", /its script is damaged, so the first lesson is shown/],
  [
    "a damaged script beside its lesson",
    "lesson=first-touch&script=AAAA!!",
    /its script is damaged, so the lesson is shown/,
  ],
  ["a damaged file", "file=AAAA!!", /its file is damaged, so the first lesson is shown/],
];

for (const [name, machine, message] of unnamed)
  test(`what followed on one machine is not done on another: ${name}`, async () => {
    let plain;
    await visit({}, async (page) => (plain = await everything(page)));
    const then = await squeeze('[{"step":3,"line":"alloc(1)"}]');
    await visit({ hash: `#${machine}&then=${then}&step=4&event=9999&select=frame:9` }, async (page) => {
      const notice = page.locator(".notice[role=alert]");
      await notice.waitFor();
      assert.match(await notice.innerText(), message);
      assert.match(
        await notice.innerText(),
        /left out, because they mean nothing on another machine: then, step, event, select\.?$/m,
      );
      assert.deepEqual(await everything(page), plain);
      assert.equal(await hash(page), `#lesson=first-touch&step=${plain.step}`);
    });
  });

test("a lesson that there is not, beside a whole script: what followed the script is done", async () => {
  const then = await squeeze('[{"step":1,"line":"alloc(1)"}]');
  const link = `#lesson=no-such-lesson&script=${await squeeze('spawn("mine");\n')}&then=${then}&step=2`;
  await visit({ hash: link }, async (page) => {
    await page.locator(".notice[role=alert]", { hasText: "there is no lesson" }).waitFor();
    await standsAt(page, 2);
  });
});

test("a log has one address, whatever options it was read with", () =>
  visit({}, async (page) => {
    await openFile(
      page,
      "damaged.strace",
      "brk(NULL) = 0x5000\nmmap(NULL, 40 oh no\nmadvise(0x1000, 4096, MADV_FREE) = 0\n",
    );
    await page.getByRole("button", { name: "Leave damaged calls out" }).click();
    const same = async () => {
      await page.locator(".notice.news", { hasText: "commands read" }).waitFor();
      await written(page, "file=");
      const link = await hash(page);
      await page.reload();
      await page.locator(".notice.news", { hasText: "commands read" }).waitFor();
      await ready(page);
      await written(page, "file=");
      assert.equal(await hash(page), link);
    };
    await same();
    await openFile(page, "whole.strace", "brk(NULL) = 0x5000\n");
    await page.locator(".notice.news", { hasText: "whole.strace" }).waitFor();
    await same();
  }));

test("a short recording and a short log travel in the link, with what followed", () =>
  visit({}, async (page) => {
    await openFile(
      page,
      "small.jsonl",
      '{"pageturner":1,"machine":{"frames":64}}\n{"do":"spawn"}\n{"do":"alloc","pages":5}\n',
    );
    await page.getByRole("heading", { name: "Commands" }).waitFor();
    await page.keyboard.press("End");
    await say(page, "alloc(3)");
    await written(page, "step=3");
    const made = await everything(page);
    await elsewhere(page, async (other, link) => {
      assert.match(link, /^#file=[\w-]+&then=[\w-]+&step=3/);
      assert.deepEqual(await everything(other), made);
      await other.getByRole("heading", { name: "Commands" }).waitFor();
      await isOpen(other, "small.jsonl");
    });
    const name = (await readdir(logs)).filter((one) => one.endsWith(".strace")).sort()[0];
    await openFile(page, name, await readFile(new URL(name, logs), "utf8"));
    await page.locator(".notice.news", { hasText: name }).waitFor();
    await page.keyboard.press("End");
    await written(page, `step=${await steps(page)}`);
    const log = await everything(page);
    await page.reload();
    await ready(page);
    assert.deepEqual(await everything(page), log);
  }));

test("one click copies the link", () =>
  visit({ hash: "#lesson=first-touch&step=2" }, async (page) => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Link", exact: true }).click();
    await share(page).getByText("Copied.").waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), page.url());
  }));

test("the dialog: what the link carries, and the link itself", () =>
  visit({ hash: "#lesson=first-touch&step=2" }, async (page) => {
    await say(page, "alloc(2)");
    await say(page, "alloc(3)");
    await page.getByRole("button", { name: "Link", exact: true }).click();
    assert.match(
      await share(page).innerText(),
      /It carries the lesson, the 2 commands given by hand since, the place in time and the selection\./,
    );
    assert.equal(await share(page).getByLabel("Link").inputValue(), page.url());
    assert.match(page.url(), /step=4$/);
    await isAccessible(page, ".share-dialog");
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await share(page).getByRole("button", { name: "Copy link" }).click();
    await share(page).getByText("Copied.").waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), page.url());
  }));

test("Back and Forward lead from machine to machine, and nothing typed is lost", () =>
  visit({ hash: "#lesson=first-touch&step=3" }, async (page) => {
    await say(page, "alloc(2)");
    await page.getByRole("textbox", { name: "Script" }).click();
    await page.keyboard.press("ControlOrMeta+Home");
    await page.keyboard.insertText("// my own words\n");
    await chooseLesson(page, "Fork and copy-on-write");
    await page.waitForFunction(() => location.hash.startsWith("#lesson=fork-and-cow"));
    await page.goBack();
    await lessonIsOpen(page, "first-touch");
    await standsAt(page, 4);
    await page.locator(".cm-line", { hasText: "my own words" }).waitFor();
    await page.getByText("edited, not run").waitFor();
    await page.goForward();
    await lessonIsOpen(page, "fork-and-cow");
    assert.equal(await page.getByText("edited, not run").count(), 0);
    // Two at once: the last one is shown.
    await page.evaluate(() => (location.hash = "#lesson=first-touch&step=1"));
    await page.evaluate(() => (location.hash = "#lesson=swap-out&step=2&select=frame:3"));
    await lessonIsOpen(page, "swap-out");
    await standsAt(page, 2);
    await page.locator(".inspector").getByRole("heading", { name: "Frame 3", exact: true }).waitFor();
    assert.equal(await page.locator(".notice").count(), 0);
  }));

test("edits that were not run survive a reload, and the link says that it is without them", () =>
  visit({ hash: "#lesson=first-touch&step=2" }, async (page) => {
    await page.getByRole("textbox", { name: "Script" }).click();
    await page.keyboard.press("ControlOrMeta+Home");
    await page.keyboard.insertText("// half a thought\n");
    await page.reload();
    await ready(page);
    await page.locator(".cm-line", { hasText: "half a thought" }).waitFor();
    await standsAt(page, 2);
    await page.getByText("edited, not run").waitFor();
    await page.getByRole("button", { name: "Link", exact: true }).click();
    assert.match(
      await share(page).innerText(),
      /The script has edits that have not been run\. The link is of the machine on show/,
    );
  }));

test("compared machines and what followed come back together", () =>
  visit({ hash: "#lesson=first-touch&step=3" }, async (page) => {
    await say(page, "alloc(3)");
    await page.keyboard.press("c");
    await page.getByRole("heading", { name: "Compare" }).waitFor();
    await page.waitForFunction(() => location.hash.includes("compare="));
    const link = await hash(page);
    assert.match(link, /then=.*step=4.*compare=/);
    await elsewhere(page, async (other) => {
      await other.getByRole("heading", { name: "Compare" }).waitFor();
      await standsAt(other, 4);
      await other.waitForFunction((link) => location.hash === link, link);
    });
  }));

test("a run that is cancelled leaves an address of what is on show", () =>
  visit({ hash: "#lesson=first-touch&step=3" }, async (page) => {
    const slow = 'let s = "x";\nwhile s.len() < 50000 { s += s; }\nloop { let t = s + "y"; }\n';
    const link = `#script=${await squeeze(slow)}&step=1`;
    await page.evaluate((link) => (location.hash = link), link);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.waitForFunction(() => location.hash === "#lesson=first-touch&step=3");
    await page.getByText("edited, not run").waitFor();
    await standsAt(page, 3);
  }));

test("a refused file leaves the machine, its address and what was typed, and ends no run", () =>
  visit({ hash: "#lesson=first-touch&step=3" }, async (page) => {
    await say(page, "alloc(3)");
    await page.getByRole("textbox", { name: "Script" }).click();
    await page.keyboard.press("ControlOrMeta+Home");
    await page.keyboard.insertText("// mine\n");
    await written(page, "step=4");
    const before = await everything(page);
    const link = await hash(page);
    const bad = '{"pageturner":1,"machine":{}}\n{"do":"dance"}\n';
    await openFile(page, "odd.jsonl", bad);
    await page.locator(".notice[role=alert]").waitFor();
    await page.locator(".cm-line", { hasText: "// mine" }).waitFor();
    assert.deepEqual(await everything(page), before);
    assert.equal(await hash(page), link);
    await openFile(page, "slow.rhai", 'let s = "x";\nwhile s.len() < 50000 { s += s; }\nloop { let t = s + "y"; }\n');
    const cancel = page.getByRole("button", { name: "Cancel" });
    await cancel.waitFor();
    await openFile(page, "odd.jsonl", bad);
    await page.locator(".notice[role=alert]").waitFor();
    await cancel.click();
    assert.deepEqual(await everything(page), before);
    assert.equal(await hash(page), link);
    // What stood in the editor before the file was opened is one Back away.
    await page.locator(".cm-line", { hasText: "while s.len" }).waitFor();
    await page.goBack();
    await page.locator(".cm-line", { hasText: "// mine" }).waitFor();
    await ready(page);
    assert.deepEqual(await everything(page), before);
  }));

test("comparing, then a script that fails: no machine, and the comparison comes back with the next", () =>
  visit({ hash: '#lesson=first-touch&step=3&compare=[{"max_order":2}]' }, async (page) => {
    await page.getByRole("heading", { name: "Compare" }).waitFor();
    await openFile(page, "bad.rhai", "let = ;\n");
    await page.locator(".no-machine").waitFor();
    assert.equal(await page.getByRole("heading", { name: "Compare" }).count(), 0);
    await openScript(page, sample);
    await page.getByRole("heading", { name: "Compare" }).waitFor();
    await page.locator(".fared").waitFor();
  }));
