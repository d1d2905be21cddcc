// The module dies (of a mistake, of memory that is used up): it is replaced, it is said what happened, and the page
// goes on without a reload. Here it really traps: exports of the instance ask for more memory than there is.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { chooseLesson, openScript, place, ready, sample, standsAt, steps, useBrowser, visit } from "./page.mjs";
import { hash, say } from "./sharing.mjs";

useBrowser();

/** In page or worker: the next call of the export named `dieIn` takes all the memory that the instance may have, and
 *  then does what it does. */
const deadly = `{
  const within = (instance) => {
    const real = instance.exports;
    const exports = { ...real };
    for (const [name, call] of Object.entries(real))
      if (typeof call === "function")
        exports[name] = (...given) => {
          if (name === globalThis.dieIn) {
            for (let pages = 65536; pages >= 1; pages = Math.floor(pages / 2))
              try { for (;;) real.memory.grow(pages); } catch {}
            // More than any piece of memory that is free inside.
            for (;;) real.__wbindgen_malloc(1 << 24, 1);
          }
          return call(...given);
        };
    return { exports };
  };
  const { instantiate, Instance } = WebAssembly;
  WebAssembly.instantiate = async (module, imports) => ({ instance: within(await instantiate(module, imports)), module });
  WebAssembly.Instance = function (module, imports) { return within(new Instance(module, imports)); };
}`;

/** A visit whose browser is told to complain of the death, which is no silence. */
function visitDeadly(options, journey) {
  return visit({ ...options, init: deadly, mayComplain: true }, journey);
}

const dieIn = (page, name) => page.evaluate((name) => (globalThis.dieIn = name), name);
const gone = (page) => page.locator(".no-machine.gone");

test("a module that dies on a console line is replaced, and the machine comes back where it stood", () =>
  visitDeadly({}, async (page) => {
    await openScript(page, sample);
    await page.keyboard.press("End");
    await say(page, "let run = alloc(3)");
    await page.keyboard.press("ArrowLeft");
    const [had, at] = [await steps(page), (await steps(page)) - 1];
    await page.getByRole("spinbutton", { name: "Go to frame number" }).fill("9");
    await page.keyboard.press("Enter");
    const address = await page.waitForFunction(() => location.hash.includes("select=frame:9") && location.hash);
    await dieIn(page, "session_follow");
    await page.getByLabel("Command", { exact: true }).fill("alloc(1)");
    await page.keyboard.press("Enter");
    await gone(page).waitFor();
    assert.match(await gone(page).innerText(), /The machine stopped: it ran out of memory\./);
    assert.match(await page.locator(".console-log").innerText(), /alloc\(1\)\s+The machine stopped/);
    await page.locator(".cm-line", { hasText: "One process, four pages." }).waitFor();
    const saved = page.waitForEvent("download");
    await gone(page).getByRole("button", { name: "Save recording" }).click();
    assert.match(await readFile(await (await saved).path(), "utf8"), /^\{"pageturner":1,.*\n\{"do":"note"/);
    await dieIn(page, "");
    await page.getByRole("button", { name: `Go back to step ${at}` }).click();
    await standsAt(page, at);
    assert.equal(await gone(page).count(), 0);
    assert.equal(await steps(page), had);
    await page.locator(".inspector").getByRole("heading", { name: "Frame 9", exact: true }).waitFor();
    await page.waitForFunction((hash) => location.hash === hash, await address.jsonValue());
    // It goes on, with the variables of the lines before.
    await page.keyboard.press("End");
    await say(page, "free(run, 3)");
    await standsAt(page, had + 1);
  }));

test("a machine that dies again where it stood goes back to its start, and then without what was done by hand", () =>
  visitDeadly({ hash: "#lesson=first-touch&step=3" }, async (page) => {
    await say(page, "alloc(3)");
    await standsAt(page, 4);
    // From now on every picture is deadly.
    await dieIn(page, "mappainter_paint");
    await page.keyboard.press("ArrowLeft");
    for (const way of [
      "Go back to step 3",
      "Go back to its start",
      "Go back to its start, without what was done by hand",
    ])
      await page.getByRole("button", { name: way, exact: true }).click();
    await page.getByText("The machine stopped each time it was made again").waitFor();
    await dieIn(page, "");
    await chooseLesson(page, "Fork and copy-on-write");
    await page.waitForFunction(() => location.hash.startsWith("#lesson=fork-and-cow"));
    assert.equal(await gone(page).count(), 0);
    await page.keyboard.press("ArrowRight");
  }));

test("what dies while it is drawn is drawn again from the next module, beside other machines, too", () =>
  visitDeadly({ hash: '#lesson=first-touch&step=3&compare=[{"max_order":2}]' }, async (page) => {
    await page.locator(".fared").waitFor();
    await dieIn(page, "comparison_span");
    await page.keyboard.press("ArrowRight");
    await gone(page).waitFor();
    assert.match(await gone(page).innerText(), /the comparison is closed/);
    await dieIn(page, "session_inspect");
    await page.getByRole("button", { name: /^Go back to step \d$/ }).click();
    await ready(page);
    await page.getByRole("spinbutton", { name: "Go to frame number" }).fill("9");
    await page.keyboard.press("Enter");
    await gone(page).waitFor();
    await dieIn(page, "");
    await page.getByRole("button", { name: /^Go back to step \d$/ }).click();
    await page.locator(".inspector").getByRole("heading", { name: "Frame 9", exact: true }).waitFor();
    await page.locator(".legend").first().waitFor();
    // A reload makes the same.
    await page.reload();
    await page.locator(".inspector").getByRole("heading", { name: "Frame 9", exact: true }).waitFor();
  }));

test("a panic is said in its own words", () =>
  visit({ mayComplain: true, init: "globalThis.density = 1" }, async (page) => {
    await page.evaluate(() => Object.defineProperty(window, "devicePixelRatio", { get: () => globalThis.density }));
    // A picture of more bytes than a program of 32 bits can have in one piece.
    await page.evaluate(() => (globalThis.density = 200));
    await page.setViewportSize({ width: 1300, height: 800 });
    await gone(page).waitFor();
    assert.match(await gone(page).innerText(), /The machine stopped by a mistake of its own: .+ \(.+:\d+:\d+\)\./);
    await page.evaluate(() => (globalThis.density = 1));
    await page.getByRole("button", { name: /^Go back to step/ }).click();
    await standsAt(page, 1);
  }));

test("a worker that dies is replaced: its run is lost, the machine on show is not", () =>
  visit({ hash: "#lesson=first-touch&step=3", mayComplain: true }, async (page) => {
    await page.route(/worker.*\.js/, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({
        response: answer,
        body: `${deadly}; globalThis.dieIn = "runScript";\n${await answer.text()}`,
      });
    });
    await page.getByRole("textbox", { name: "Script" }).click();
    await page.keyboard.press("ControlOrMeta+Home");
    await page.keyboard.insertText("// mine\n");
    await page.keyboard.press("ControlOrMeta+Enter");
    const error = page.locator(".script-error");
    await error.waitFor();
    assert.match(await error.innerText(), /The worker stopped: it ran out of memory\. The next run has a new one\./);
    await standsAt(page, 3);
    await page.getByText("edited, not run").waitFor();
    assert.equal(await hash(page), "#lesson=first-touch&step=3");
    await page.unroute(/worker.*\.js/);
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page.waitForFunction(() => location.hash.startsWith("#lesson=first-touch&script="));
    assert.equal(await error.count(), 0);
  }));

test("a console's worker that dies is replaced, and its variables are back at the next line", () =>
  visit({ hash: "#lesson=first-touch&step=3", mayComplain: true }, async (page) => {
    await page.route(/worker.*\.js/, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: `${deadly};\n${await answer.text()}` });
    });
    await say(page, "let run = alloc(3)");
    await standsAt(page, 4);
    await page.workers()[0].evaluate(() => (globalThis.dieIn = "session_console"));
    await say(page, "alloc(1)");
    const error = page.locator(".console-log .line-error");
    await error.waitFor();
    assert.match(await error.innerText(), /The worker stopped: it ran out of memory\. The next line has a new one\./);
    await standsAt(page, 4);
    assert.equal(await gone(page).count(), 0);
    await say(page, "free(run, 3)");
    await standsAt(page, 5);
    assert.equal(await error.count(), 1);
  }));

test("on a narrow screen the loss is in sight, whatever panel was", () =>
  visitDeadly({ hash: "#lesson=first-touch&step=3", size: [390, 844] }, async (page) => {
    await place(page, "Script");
    await dieIn(page, "session_follow");
    await page.getByLabel("Command", { exact: true }).fill("alloc(1)");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Go back to step 3" }).waitFor();
  }));
