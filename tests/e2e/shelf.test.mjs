// The index of lessons: what each teaches, how long it takes, what is begun and done; and where a lesson leads.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { test } from "node:test";
import { chooseLesson, isAccessible, lessonIsOpen, ready, useBrowser, visit } from "./page.mjs";
import { say } from "./sharing.mjs";

useBrowser();

const index = (page) => page.getByRole("dialog", { name: "Lessons", exact: true });
const entry = (page, title) =>
  index(page).locator(".entry", { has: page.locator(".entry-title").getByText(title, { exact: true }) });

async function openIndex(page) {
  await page.getByRole("button", { name: "Lessons", exact: true }).click();
  await index(page).waitFor();
}

const sources = new URL("../../www/lessons/", import.meta.url);

/** The lesson with the highest number, by its file's first lines. */
async function lastLesson() {
  const lessons = [];
  for (const name of await readdir(sources)) {
    const source = await readFile(new URL(name, sources), "utf8");
    const field = (of) => new RegExp(`^//! ${of}: *(.+)$`, "m").exec(source)?.[1];
    lessons.push({ id: basename(name, ".rhai"), title: field("title"), order: Number(field("order")) });
  }
  return lessons.sort((a, b) => b.order - a.order)[0];
}

for (const [size, theme] of [
  [[1440, 900], "light"],
  [[390, 844], "dark"],
])
  test(`the index says what each lesson teaches, how long it takes, and which is open: ${size}`, () =>
    visit({ hash: "#lesson=fork-and-cow", size, theme }, async (page) => {
      await openIndex(page);
      assert.match(await entry(page, "First touch").innerText(), /only promised[\s\S]*\d+ min[\s\S]*new/);
      assert.ok((await index(page).locator(".entry").count()) >= 16);
      assert.ok((await index(page).locator("section h3").count()) >= 3, "by topic");
      assert.equal(await index(page).locator("[aria-current] .entry-title").innerText(), "Fork and copy-on-write");
      await isAccessible(page, ".lessons-dialog");
      const wide = await index(page).evaluate((e) => e.scrollWidth > e.clientWidth);
      assert.ok(!wide, "no row is cut off");
      await page.keyboard.press("Escape");
      await index(page)
        .waitFor({ state: "detached" })
        .catch(() => index(page).waitFor({ state: "hidden" }));
    }));

test("a lesson is begun with its second note and done with its last, which a reload remembers", () =>
  visit({}, async (page) => {
    await page.keyboard.press("n");
    await openIndex(page);
    assert.match(await entry(page, "First touch").innerText(), /begun/);
    await page.keyboard.press("Escape");
    await page.keyboard.press("End");
    await page.reload();
    await ready(page);
    await openIndex(page);
    assert.match(await entry(page, "First touch").innerText(), /done/);
    assert.match(await index(page).locator(".panel-head .count").innerText(), /1 of \d+ done/);
    await index(page).getByRole("button", { name: "Forget how far I have come" }).click();
    await openIndex(page);
    assert.match(await entry(page, "First touch").innerText(), /new/);
    await page.keyboard.press("Escape");
    await page.locator(".notice").getByRole("button", { name: "Undo" }).click();
    await openIndex(page);
    assert.match(await entry(page, "First touch").innerText(), /done/);
  }));

test("a lesson that commands have cut short is not done", () =>
  visit({ hash: "#lesson=first-touch&step=3" }, async (page) => {
    await say(page, "alloc(2)");
    await openIndex(page);
    assert.doesNotMatch(await entry(page, "First touch").innerText(), /done/);
  }));

test("a lesson ends with what was seen and the next lesson", () =>
  visit({}, async (page) => {
    const end = page.getByRole("region", { name: "The end of the lesson" });
    assert.equal(await end.count(), 0);
    await page.keyboard.press("End");
    await page.keyboard.press("n");
    await end.getByText("A page has no frame until it is touched").waitFor();
    await isAccessible(page, ".lesson-end");
    await end.getByText("Next comes 2 Fork and copy-on-write, 6 minutes.").waitFor();
    await page.getByRole("navigation", { name: "Notes" }).getByRole("button", { name: "Next lesson ›" }).click();
    await lessonIsOpen(page, "fork-and-cow");
    assert.equal(await end.count(), 0, "the next lesson begins");
    const last = await lastLesson();
    await chooseLesson(page, last.title);
    await lessonIsOpen(page, last.id);
    await page.keyboard.press("End");
    await page.locator(".next").click();
    await end.getByText("That was the last lesson.").waitFor();
    await end.getByRole("button", { name: "All lessons" }).click();
    await index(page).waitFor();
  }));
