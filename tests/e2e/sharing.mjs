// What the journeys about links share: the address, the dialog, commands by hand, and all that a machine is.
import { readFile } from "node:fs/promises";
import { step, steps, visit } from "./page.mjs";

export const hash = (page) => page.evaluate(() => location.hash);
export const share = (page) => page.locator(".share-dialog");
export const logs = new URL("../strace/", import.meta.url);

export async function say(page, line) {
  const lines = page.locator(".console-log .line-in");
  const had = await lines.count();
  await page.getByLabel("Command", { exact: true }).fill(line);
  await page.keyboard.press("Enter");
  await page.waitForFunction((n) => document.querySelectorAll(".console-log .line-in").length > n, had);
  await page.keyboard.press("Escape");
}

/** All that a machine is: its recording (the same commands make the same events), the place, the counters. */
export async function everything(page) {
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save recording" }).click();
  const recording = await readFile(await (await saved).path(), "utf8");
  await page.getByRole("tab", { name: "Counters" }).click();
  const counters = await page.locator(".counters").innerText();
  await page.getByRole("tab", { name: /Micro-steps/ }).click();
  const inspector = await page.locator(".inspector .panel-head").innerText();
  return {
    recording,
    counters,
    inspector,
    step: await step(page),
    steps: await steps(page),
    micro: await page.getByRole("tab", { name: /Micro-steps/ }).innerText(),
  };
}

/** Waits until the address says what is on show: written a little after the last move. */
export const written = (page, part) => page.waitForFunction((part) => location.hash.includes(part), part);

/** The address, in another tab of another browser. */
export async function elsewhere(page, journey) {
  const link = await hash(page);
  await visit({ hash: link }, async (other) => journey(other, link));
}
