// Messages on the page: a port's queue, what waits in it, and the segment's frames.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isAccessible, openScript, useBrowser, visit } from "./page.mjs";

useBrowser();

const SENT = `let q = spawn("server"); let p = spawn("client"); let port = q.port();
let s = alloc(2, #{ movable: true }); let at = p.map_run(s);
p.send(port, "a header alone"); p.send(port, at, "with a segment"); q.receive(port); q.receive(port);`;

/** Waits until the ports' panel says how many messages wait. */
const waits = (panel, text) => panel.locator("h3 .count", { hasText: text }).waitFor();

test("messages enter the ring and leave it, forwards and backwards, and their segments lead to their frames", () =>
  visit({ size: [1440, 900], view: "working" }, async (page) => {
    await openScript(page, SENT);
    await page.keyboard.press("End");
    const panel = page.getByRole("region", { name: "Port" });
    await waits(panel, "nothing waits");
    assert.equal(await panel.locator(".ring i").count(), 16);
    await page.keyboard.press("ArrowLeft");
    await waits(panel, "1 message");
    await page.keyboard.press("ArrowLeft");
    await waits(panel, "2 messages");
    assert.equal(await panel.locator(".ring i.taken").count(), 2);
    assert.equal(await panel.locator(".ring i.oldest").count(), 1);
    const rows = await panel.locator(".messages li").allTextContents();
    assert.match(rows[0], /client.*a header alone/);
    assert.match(rows[1], /with a segment.*frames \d+ to \d+.*8,192 bytes, changes hands/);
    await panel.locator(".messages .port-frame").click();
    await page.locator(".inspector", { hasText: "frame" }).first().waitFor();
    await isAccessible(page);
  }));

test("messages are sent and received by hand, with a segment and without", () =>
  visit({ size: [1440, 900], view: "working" }, async (page) => {
    await openScript(page, SENT);
    await page.keyboard.press("End");
    const panel = page.getByRole("region", { name: "Port" });
    await waits(panel, "nothing waits");
    const calls = page.getByRole("form", { name: "Messages to port 1" });
    const status = calls.getByRole("status");
    // The segment is the server's now, so the client has nothing but words, and the server has both.
    assert.deepEqual(await calls.getByLabel("from").locator("option").allTextContents(), ["q", "p"]);
    await calls.getByLabel("from").selectOption("p");
    assert.deepEqual(await calls.getByLabel("segment").locator("option").allTextContents(), ["none"]);
    await calls.getByLabel("header").fill('say "hi"');
    await calls.getByRole("button", { name: "send" }).click();
    await waits(panel, "1 message");
    assert.match(await panel.locator(".messages li").innerText(), /client.*say \\?"hi/s);
    await calls.getByLabel("from").selectOption("q");
    await calls.getByLabel("segment").selectOption({ index: 1 });
    await calls.getByLabel("by").selectOption("copy");
    await calls.getByRole("button", { name: "send" }).click();
    await waits(panel, "2 messages");
    assert.match(await panel.locator(".messages li").nth(1).innerText(), /8,192 bytes, copied/s);
    await calls.getByRole("button", { name: "receive" }).click();
    await waits(panel, "1 message");
    await status.filter({ hasText: "→" }).waitFor();
    await isAccessible(page);
  }));

for (const [size, theme] of [
  [[1280, 720], "dark"],
  [[390, 844], "light"],
])
  test(`a queue fits ${size.join("x")}, ${theme}`, () =>
    visit({ size, theme, view: "working" }, async (page) => {
      await openScript(page, SENT);
      await page.keyboard.press("End");
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("ArrowLeft");
      const places = page.getByRole("navigation", { name: "Panels" });
      if (await places.isVisible()) await places.getByRole("button", { name: "Memory" }).click();
      const panel = page.getByRole("region", { name: "Port" });
      await panel.waitFor();
      const wider = await panel.evaluate((element) => element.scrollWidth - element.clientWidth);
      assert.ok(wider <= 0, `wider by ${wider}`);
      await isAccessible(page);
    }));
