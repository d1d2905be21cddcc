// Files: strace logs, recordings and scripts, picked or dropped; the wrong ones are told from the right ones.
import assert from "node:assert/strict";
import { mkdtemp, open, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { isOpen, openFile, openScript, ready, sample, standsAt, steps, useBrowser, visit } from "./page.mjs";

useBrowser();

const logs = new URL("../strace/", import.meta.url);

async function drop(page, name, text) {
  const transfer = await page.evaluateHandle(
    ([name, text]) => {
      const all = new DataTransfer();
      all.items.add(new File([text], name));
      return all;
    },
    [name, text],
  );
  await page.dispatchEvent("body", "dragenter", { dataTransfer: transfer });
  await page.getByText("Drop an strace log, a trace of references, a recording or a script").waitFor();
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
  await page
    .getByText("Drop an strace log, a trace of references, a recording or a script")
    .waitFor({ state: "detached" });
}

test("a real strace log, dropped, is stepped through to its end", () =>
  visit({}, async (page) => {
    const name = (await readdir(logs)).filter((one) => one.endsWith(".strace")).sort()[0];
    await drop(page, name, await readFile(new URL(name, logs), "utf8"));
    const news = page.locator(".notice.news");
    await news.waitFor();
    assert.match(await news.innerText(), new RegExp(`${name.replaceAll(".", "\\.")}: [\\d,]+ commands read`));
    const total = await steps(page);
    assert.ok(total > 10, `${total} steps`);
    await page.getByRole("heading", { name: "Commands" }).waitFor();
    await page.keyboard.press("ArrowRight");
    await page.locator(".cm-line.pt-running").waitFor();
    await page.getByRole("article").first().waitFor();
    await page.keyboard.press("End");
    await standsAt(page, total);
  }));

test("every log of the tests opens by the picker", () =>
  visit({}, async (page) => {
    for (const name of (await readdir(logs)).filter((one) => one.endsWith(".strace"))) {
      await page.locator("input[type=file]").setInputFiles(new URL(name, logs).pathname);
      await page.locator(".notice.news", { hasText: name }).waitFor({ timeout: 60_000 });
      await page.keyboard.press("End");
      await standsAt(page, await steps(page));
    }
  }));

test("a log with a damaged call can be read without it, and what was counted is said", () =>
  visit({}, async (page) => {
    const log = "brk(NULL) = 0x5000\nmmap(NULL, 40 oh no\nmadvise(0x1000, 4096, MADV_FREE) = 0\n";
    await openFile(page, "damaged.strace", log);
    const refused = page.locator(".notice[role=alert]");
    await refused.waitFor();
    assert.match(await refused.innerText(), /damaged\.strace: Line 2, column 1: this call of mmap is damaged/);
    await page.getByRole("button", { name: "Leave damaged calls out" }).click();
    const news = page.locator(".notice.news");
    await news.waitFor();
    assert.match(await news.innerText(), /The machine differs from the program: .*1 × damaged calls of mmap/);
    assert.match(await news.innerText(), /1 × advice MADV_FREE of madvise/);
    assert.equal(await page.getByRole("button", { name: "Leave damaged calls out" }).count(), 0);
  }));

test("threads that strace attached to become one process where the reader says so", () =>
  visit({}, async (page) => {
    const log = await readFile(new URL("small/attached_unsaid.strace", logs), "utf8");
    await openFile(page, "attached.strace", log);
    const button = page.getByRole("button", { name: "Read as one process" });
    await button.click();
    await page.locator(".notice.news", { hasText: "1 × threads that were there before the log" }).waitFor();
    assert.equal(await button.count(), 0);
  }));

test("a recording saved here opens here", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    const total = await steps(page);
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save recording" }).click();
    const text = await readFile(await (await saved).path(), "utf8");
    assert.match(text.split("\n")[0], /"pageturner":1/);
    await openFile(page, "again.jsonl", text);
    await isOpen(page, "again.jsonl");
    await page.keyboard.press("End");
    await standsAt(page, total);
    assert.equal(await page.locator(".notice").count(), 0);
  }));

const wrong = [
  ["empty.rhai", "", /empty\.rhai: It is empty/],
  ["picture.gif", "GIF89a", /picture\.gif: Open an strace log/],
  ["cut.jsonl", '{"pageturner":1,"machine":{"frames":6', /cut\.jsonl: .*Line 1/i],
  ["odd.jsonl", '{"pageturner":1,"machine":{}}\n{"do":"dance","pid":1}\n', /odd\.jsonl: .*Line 2/i],
  ["huge.jsonl", '{"pageturner":1,"machine":{"frames":99999999999}}\n', /huge\.jsonl: /],
  ["prose.strace", "It was a dark and stormy night.\n", /prose\.strace: /],
];

for (const [name, text, message] of wrong)
  test(`a wrong file is told of and changes nothing: ${name}`, () =>
    visit({}, async (page) => {
      await openScript(page, sample);
      const total = await steps(page);
      await openFile(page, name, text);
      const notice = page.locator(".notice[role=alert]");
      await notice.waitFor();
      assert.match(await notice.innerText(), message);
      assert.equal(await steps(page), total);
    }));

test("a file over 64 MB is refused before it is read", async () => {
  const folder = await mkdtemp(join(tmpdir(), "pageturner-"));
  const path = join(folder, "big.strace");
  const file = await open(path, "w");
  await file.truncate(65 * 1024 * 1024);
  await file.close();
  try {
    await visit({}, async (page) => {
      await page.locator("input[type=file]").setInputFiles(path);
      await page.locator(".notice[role=alert]").waitFor();
      assert.match(
        await page.locator(".notice").innerText(),
        /big\.strace: It has 65\.0 MB; files up to 64 MB can be opened/,
      );
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("10 MB of text that is no log is refused with its place, and the page lives on", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    await openFile(page, "noise.rhai", "spawn(\n".repeat(1_500_000));
    await page.locator(".script-error").waitFor({ timeout: 60_000 });
    await ready(page);
    await page.keyboard.press("End");
    await standsAt(page, await steps(page));
  }));
