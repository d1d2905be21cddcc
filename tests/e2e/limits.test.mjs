// Runs as large as a machine allows, and beyond: what fits is on show and goes on, what does not stops with the reason.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openFile, openScript, place, standsAt, steps, useBrowser, visit } from "./page.mjs";
import { say } from "./sharing.mjs";

useBrowser();

test("eleven million events of three commands are on show, and the machine goes on", () =>
  visit({}, async (page) => {
    await openScript(
      page,
      `machine(#{ frames: 1048576 }); let p = spawn("p"); let a = p.mmap(600000); p.touch(a, 600000);
       let c = p.fork(); c.touch(a, 300000);`,
    );
    const all = await steps(page);
    assert.equal(all, 5);
    await page.keyboard.press("End");
    await standsAt(page, all);
    // What is drawn of so many pages and events is asked for.
    await page.getByText("changes not marked").waitFor();
    const child = page.getByLabel("Process 2, p", { exact: true });
    assert.equal(await child.locator(".page").count(), 192);
    await child.getByText("600k more").click();
    assert.equal(await child.locator(".page").count(), 960);
    assert.equal(await page.locator(".micro li").count(), 0);
    await page.getByRole("button", { name: "List them" }).click();
    await page.locator(".micro li").first().waitFor();
    await page.keyboard.press("Shift+ArrowLeft");
    await page.getByRole("button", { name: "Unfold all" }).click();
    assert.ok((await page.locator(".micro li").count()) > 100);
    await page.keyboard.press("End");
    await say(page, "alloc(1)");
    await standsAt(page, all + 1);
  }));

test("the largest machine is on show", () =>
  visit({}, async (page) => {
    await openScript(page, 'machine(#{ frames: 16777216 }); let p = spawn("p"); p.touch(p.mmap(1), 1);');
    assert.equal(await steps(page), 3);
    assert.match(await page.locator("body").innerText(), /16,777,216/);
  }));

test("a run over the budget stops, says what took the memory, and shows what ran before", () =>
  visit({}, async (page) => {
    await openScript(page, 'let text = "long "; while text.len() < 40000 { text += text; } loop { note(text); }');
    const alert = page.getByRole("alert").filter({ hasText: "than the 1,024 MiB" });
    assert.match(await alert.innerText(), /commands and their replies take .*not in it/s);
    assert.ok((await steps(page)) > 1000);
    await say(page, "alloc(1)");
  }));

test("on a narrow screen the script's tab says that a run stopped, and leads to why", () =>
  visit({ size: [390, 844] }, async (page) => {
    await openFile(page, "a.rhai", "let p = spawn();\np.fork();\nfree(3, 1);");
    await page.getByRole("navigation", { name: "Panels" }).getByLabel("with a message").waitFor();
    await place(page, "Script");
    assert.match(await page.getByRole("alert").innerText(), /Line 3/);
  }));
