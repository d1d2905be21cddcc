// Moving through time: buttons, keys, the slider, play, micro-steps.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openScript, sample, standsAt, step, steps, useBrowser, visit } from "./page.mjs";

useBrowser();

test("step by step, both ways, by button and by key", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    const start = await step(page);
    await page.getByRole("button", { name: "One step forward" }).click();
    await standsAt(page, start + 1);
    await page.keyboard.press("ArrowRight");
    await standsAt(page, start + 2);
    await page.keyboard.press("ArrowLeft");
    await standsAt(page, start + 1);
    await page.getByRole("button", { name: "One step back" }).click();
    await standsAt(page, start);
    await page.keyboard.press("End");
    await standsAt(page, await steps(page));
    assert.ok(
      await page.getByRole("button", { name: "One step forward" }).isDisabled(),
      "there is nothing after the end",
    );
    await page.keyboard.press("Home");
    await standsAt(page, 0);
    assert.ok(
      await page.getByRole("button", { name: "One step back" }).isDisabled(),
      "there is nothing before the start",
    );
  }));

test("micro-steps walk through a step's events and back", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    // After the mmap; the touch is next.
    await page.keyboard.press("Home");
    for (let i = 0; i < 2; i++) await page.keyboard.press("ArrowRight");
    const before = await page.locator(".command").innerText();
    await page.keyboard.press("Shift+ArrowRight");
    const current = page.locator(".micro [aria-current]");
    await current.waitFor();
    assert.match(await page.locator(".command").innerText(), /touch/);
    assert.match(await page.getByRole("tab", { name: /Micro-steps/ }).innerText(), /Micro-steps 1 of \d+/);
    const first = await current.innerText();
    await page.getByRole("button", { name: "One micro-step forward" }).click();
    await page.waitForFunction((text) => document.querySelector(".micro [aria-current]")?.innerText !== text, first);
    await page.getByRole("button", { name: "One micro-step back" }).click();
    await page.waitForFunction((text) => document.querySelector(".micro [aria-current]")?.innerText === text, first);
    await page.keyboard.press("Shift+ArrowLeft");
    await page.waitForFunction((text) => document.querySelector(".command")?.innerText === text, before);
  }));

test("a click on a micro-step goes there", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    await page.keyboard.press("f");
    const third = page.locator(".micro li:nth-child(3) button");
    await third.click();
    await page.locator(".micro li:nth-child(3) [aria-current=step]").waitFor();
    assert.match(await page.getByRole("tab", { name: /Micro-steps/ }).innerText(), /Micro-steps 3 of/);
  }));

test("the slider scrubs", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    const slider = page.getByRole("slider", { name: "Step" });
    const box = await slider.boundingBox();
    await page.mouse.move(box.x + 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height / 2, { steps: 5 });
    await page.mouse.up();
    const middle = await step(page);
    assert.ok(middle > 2 && middle < (await steps(page)) - 2, `the middle is at ${middle}`);
    // With the focus on the slider an arrow is one step, not two.
    await page.keyboard.press("ArrowRight");
    await standsAt(page, middle + 1);
  }));

test("play runs to the end and stops; pause stops before", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    await page.keyboard.press("Home");
    await page.getByRole("combobox", { name: "Speed of play" }).selectOption("5");
    await page.getByRole("button", { name: "Panels" }).click();
    await page.getByRole("checkbox", { name: "Play on past notes" }).check();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Play" }).click();
    await standsAt(page, await steps(page));
    await page.getByRole("button", { name: "Play" }).waitFor();
    await page.getByRole("combobox", { name: "Speed of play" }).selectOption("0.25");
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "Physical memory" }).click();
    await page.locator("body").press(" ");
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("button", { name: "Play" }).waitFor();
    assert.ok((await step(page)) < (await steps(page)));
  }));

test("keys jump to notes, faults, swap-outs, forks and failures, both ways", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    await page.keyboard.press("Home");
    const arrives = async (key, text) => {
      await page.keyboard.press(key);
      const told = () => page.locator(key.endsWith("n") || key.endsWith("N") ? ".lesson-text" : ".command").innerText();
      await page.waitForFunction(
        (t) => [".lesson-text", ".command"].some((at) => document.querySelector(at)?.innerText.includes(t)),
        text,
      );
      assert.match(await told(), new RegExp(text));
    };
    await arrives("n", "Now there are two");
    await page.keyboard.press("Home");
    await arrives("f", "touch");
    await arrives("k", "fork");
    await arrives("s", "reclaim");
    await arrives("x", "munmap");
    await arrives("Shift+S", "reclaim");
    await arrives("Shift+F", "write");
    await arrives("Shift+N", "Now there are two");
    await page.getByRole("group", { name: "Jump to the next" }).getByRole("button", { name: "failure" }).click();
    await page.waitForFunction(() => document.querySelector(".command")?.textContent?.includes("munmap"));
  }));

test("no key does anything while somebody types", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    const at = await step(page);
    await page.getByRole("textbox", { name: "Script" }).click();
    await page.keyboard.press("End");
    await page.keyboard.type(" nfskx?/[] ");
    await page.keyboard.press("ArrowRight");
    await page.getByLabel("Command", { exact: true }).click();
    await page.keyboard.type("nfskx?/[]");
    await page.keyboard.press("Home");
    assert.equal(await page.getByLabel("Command", { exact: true }).inputValue(), "nfskx?/[]");
    await page.getByRole("spinbutton", { name: "Go to frame number" }).press("ArrowUp");
    assert.equal(await step(page), at);
    assert.equal(await page.locator("dialog[open]").count(), 0);
  }));

test("the question mark shows all keys, Escape hides them", () =>
  visit({}, async (page) => {
    await page.keyboard.press("?");
    const dialog = page.getByRole("dialog", { name: "Keys" });
    await dialog.waitFor();
    for (const text of [
      "One step forward",
      "One micro-step back",
      "To the start",
      "Play or pause",
      "To the next page fault",
    ])
      assert.ok(await dialog.getByText(text, { exact: true }).isVisible(), text);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Show all keys" }).click();
    await dialog.getByRole("button", { name: "Close" }).click();
    await dialog.waitFor({ state: "hidden" });
  }));

test("a click in the plot goes there", () =>
  visit({}, async (page) => {
    await openScript(page, sample);
    await page.getByRole("combobox", { name: "Counter to plot" }).selectOption("faults");
    const box = await page.locator(".plot .u-over").boundingBox();
    await page.mouse.click(box.x + box.width - 3, box.y + box.height / 2);
    await standsAt(page, await steps(page));
  }));
