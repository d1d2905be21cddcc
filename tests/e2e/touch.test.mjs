// By touch: whatever is pressed is at least 24 px wide and high, or has so much room about it (WCAG 2.2, 2.5.8), in
// both views and in what opens over them. axe leaves links in a sentence out, as that rule does.
// What a lesson opens on a phone is a line below its words.
import assert from "node:assert/strict";
import { test } from "node:test";
import { AxeBuilder, place, useBrowser, visit } from "./page.mjs";

useBrowser();

const lesson = "#lesson=swap-out";
const phone = { size: [390, 844], hasTouch: true, isMobile: true, hash: lesson };
const tablet = { size: [820, 1180], hasTouch: true, isMobile: true, hash: lesson };

async function large(page, where) {
  const { violations } = await new AxeBuilder({ page }).withRules(["target-size"]).analyze();
  const small = violations.flatMap(({ nodes }) =>
    nodes.map(({ target, any }) => `${target}: ${any[0]?.message ?? "too small"}`),
  );
  assert.deepEqual(small, [], where);
}

for (const device of [phone, tablet])
  test(`what is pressed is large enough at ${device.size.join("x")}: reading`, () =>
    visit({ ...device, view: "" }, async (page) => {
      await large(page, "with the tour offered");
      for (let note = 2; note <= 4; note++) {
        await page.locator(".onwards .next").tap();
        await page.locator(".lesson .panel-head .count", { hasText: `${note} of` }).waitFor();
        await large(page, `note ${note}`);
      }
      // What the lesson opened is a line below its words until it is asked for.
      await page.locator(".swap-disk").waitFor({ state: "hidden" });
      await page.locator(".sheet-handle").tap();
      await page.locator(".swap-disk").waitFor();
      await large(page, "the sheet");
      await page.locator(".sheet-handle").tap();
      await page.locator(".swap-disk").waitFor({ state: "hidden" });
      await page.getByRole("button", { name: "Panels", exact: true }).tap();
      await page.locator(".panels-list").waitFor();
      await large(page, "the panels' menu");
    }));

test("what is pressed is large enough at 390x844: working", () =>
  visit(phone, async (page) => {
    await page.keyboard.press("End");
    for (const name of ["Lesson", "Script", "Memory", "Inspect"]) {
      await place(page, name);
      await large(page, name);
      if (name === "Memory") await page.locator("button.page.frame").first().tap();
    }
  }));

test("what is pressed is large enough at 820x1180: dialogs", () =>
  visit({ ...tablet, hash: "#lesson=fork-and-cow" }, async (page) => {
    for (const name of ["Lessons", "Open", "Link", "Show all keys"]) {
      await page.getByRole("button", { name, exact: true }).first().tap();
      await page.locator("dialog[open]").waitFor();
      await large(page, name);
      await page.keyboard.press("Escape");
      await page.locator("dialog[open]").waitFor({ state: "hidden" });
    }
    await page.keyboard.press("End");
    await place(page, "Memory");
    await page.locator("button.page.frame").first().tap();
    await place(page, "Inspect");
    await page.getByRole("button", { name: "All five ways", exact: true }).tap();
    await page.locator(".five .way").nth(4).waitFor();
    await large(page, "five ways back");
  }));
