// What is too long for a link: it is said, kept in this browser over a reload, and offered as files.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { isAccessible, openFile, openScript, ready, sample, useBrowser, visit } from "./page.mjs";
import { elsewhere, everything, hash, logs, say, share } from "./sharing.mjs";

useBrowser();

/** Text that no squeezing makes short. */
function noise(length, seed = 1) {
  let text = "";
  for (let n = seed; text.length < length; n = (n * 48271) % 2147483647) text += n.toString(36);
  return text.slice(0, length);
}
const longScript = `${sample}// ${noise(100_000)}\n`;

test("a script too long for a link is said before it is shared, and files are offered", () =>
  visit({}, async (page) => {
    await openScript(page, longScript);
    const notice = page.locator(".notice.news");
    await notice.waitFor();
    assert.match(
      await notice.innerText(),
      /This script is too long for a link: squeezed it has [\d,]+ letters, and a link carries 16,000 letters at most\. The page’s address works in this browser only; to share it, save a file\./,
    );
    await page.keyboard.press("End");
    await say(page, "alloc(2)");
    await page.getByRole("button", { name: "No link" }).click();
    assert.match(await share(page).innerText(), /too long for a link/);
    assert.equal(await share(page).getByLabel("Link").count(), 0);
    await isAccessible(page, ".share-dialog");
    const script = page.waitForEvent("download");
    await share(page).getByRole("button", { name: "Save script" }).click();
    assert.equal((await script).suggestedFilename(), "test.rhai");
    assert.equal(await readFile(await (await script).path(), "utf8"), longScript);
    const recording = page.waitForEvent("download");
    await share(page).getByRole("button", { name: "Save recording" }).click();
    assert.match(await readFile(await (await recording).path(), "utf8"), /"do":"alloc","pages":2\}?/);
    await page.keyboard.press("Escape");
    // A reload understands the address all the same.
    const made = await everything(page);
    assert.match(await hash(page), /^#script=kept\./);
    await page.reload();
    await ready(page);
    assert.deepEqual(await everything(page), made);
    // Another browser does not, and says so.
    await elsewhere(page, async (other) => {
      await other.locator(".notice[role=alert]").waitFor();
      assert.match(
        await other.locator(".notice").innerText(),
        /its script is not kept in this browser \(any more\).*so the first lesson is shown/,
      );
    });
  }));

test("a long log and long console lines are kept over a reload, in two tabs apart", () =>
  visit({}, async (page) => {
    const log = `${await readFile(new URL("python.strace", logs), "utf8")}`;
    await openFile(page, "python.strace", log);
    await page.locator(".notice.news", { hasText: "python.strace" }).waitFor();
    await say(page, `alloc(1) // ${noise(9_000, 7)}`);
    await say(page, `alloc(2) // ${noise(9_000, 8)}`);
    await page.waitForFunction(() => /then=kept\./.test(location.hash));
    const made = await everything(page);
    const other = await page.context().newPage();
    await other.goto(page.url());
    await ready(other);
    assert.deepEqual(await everything(other), made);
    assert.equal(await hash(other), await hash(page), "what is kept already is not kept again");
    await say(other, "alloc(4)");
    await page.reload();
    await ready(page);
    assert.deepEqual(await everything(page), made, "the other tab's command is not in this one's address");
    assert.equal((await everything(other)).steps, made.steps + 1);
  }));

test("where the browser keeps nothing, it is said, and leaving asks first", () =>
  visit({}, async (page) => {
    await page.evaluate(() => {
      IDBFactory.prototype.open = () => {
        throw new DOMException("refused", "SecurityError");
      };
    });
    await openScript(page, longScript);
    await page
      .locator(".notice", { hasText: "This browser does not keep it, so that leaving or reloading the page loses it" })
      .waitFor();
    assert.equal(await hash(page), "");
    await page.getByRole("button", { name: "No link" }).click();
    await page.keyboard.press("Escape");
    let asked = "";
    page.on("dialog", (dialog) => {
      asked = dialog.type();
      void dialog.accept();
    });
    await page.reload();
    assert.equal(asked, "beforeunload");
  }));
