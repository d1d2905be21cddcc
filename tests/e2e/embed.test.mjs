// The page in a sandboxed frame of another: what it shows, what it says and hears, and what a course's page learns of
// the score. The page around is a fake that keeps every message.
import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { isAccessible, serving, useBrowser, visit } from "./page.mjs";

useBrowser();

/** Makes the page around: a frame with this address, and what comes from it. */
async function around(page, address, { width = 960, height = 700 } = {}) {
  // The page's own rules allow it no frames; a course's page has others.
  const body = "<!doctype html><html lang='en'><title>A course</title><body></body></html>";
  await page.route("**/course", (route) => route.fulfill({ contentType: "text/html", body }));
  await page.goto(`${serving()}course`);
  await page.evaluate(
    ({ src, width, height }) => {
      const frame = document.createElement("iframe");
      Object.assign(frame, { src, width, height, title: "machine" });
      frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-popups");
      window.heard = [];
      window.addEventListener("message", ({ source, data }) => {
        if (source === frame.contentWindow) window.heard.push(data);
      });
      document.body.append(frame);
    },
    { src: `${serving()}${address}`, width, height },
  );
  return page.frameLocator("iframe[title='machine']");
}
const say = (page, message) =>
  page.evaluate((message) => document.querySelector("iframe").contentWindow.postMessage(message, "*"), message);
/** Waits for a message with these fields, and returns the first. */
const heard = (page, wanted) =>
  page
    .waitForFunction(
      (wanted) => window.heard.find((one) => Object.entries(wanted).every(([name, value]) => one[name] === value)),
      wanted,
    )
    .then((found) => found.jsonValue());

const options = { mayComplain: true };

test("the panels that are named, in small frames, too, and the way to the full page", () =>
  visit(options, async (page) => {
    for (const [width, height] of [
      [960, 700],
      [700, 400],
      [390, 600],
    ]) {
      const frame = await around(page, "?embed&panels=map,processes,timeline&theme=dark#lesson=fork-and-cow&step=12", {
        width,
        height,
      });
      const map = frame.locator(".memory canvas[role=img]");
      await map.waitFor();
      await heard(page, { pageturner: "at", step: 12 });
      const box = await map.boundingBox();
      assert.ok(box.height > 100 && box.width > 200, `the map has room in ${width}x${height}: ${JSON.stringify(box)}`);
      assert.equal(await frame.locator(".lesson, .header, .console, .script").count(), 0);
      assert.equal(await frame.locator("html").getAttribute("data-theme"), "dark");
      const link = frame.getByRole("link", { name: "Open in Pageturner" });
      assert.match(await link.getAttribute("href"), /^http[^?]*#.*lesson=fork-and-cow/);
      const wide = await frame.locator("body").evaluate((body) => body.scrollWidth > body.clientWidth);
      assert.ok(!wide, `nothing is cut at ${width}`);
    }
  }));

test("a page around moves it, and hears where it is; nonsense and strangers change nothing", () =>
  visit(options, async (page) => {
    const frame = await around(page, "?embed&panels=map,timeline&readonly#lesson=first-touch");
    await heard(page, { pageturner: "ready" });
    await say(page, { pageturner: "seek", step: 5 });
    await heard(page, { pageturner: "at", step: 5 });
    await say(page, { pageturner: "step", by: 1 });
    await page.waitForFunction(() => window.heard.some(({ pageturner, step }) => pageturner === "at" && step > 5));
    await say(page, { pageturner: "select", thing: "frame:3" });
    for (const [message, why] of [
      [{ pageturner: "seek", step: "far" }, /step is no number/],
      [{ pageturner: "select", thing: "frame:<b>" }, /thing is none/],
      [{ pageturner: "explode" }, /there is no explode/],
    ]) {
      await page.evaluate(() => (window.heard = []));
      await say(page, message);
      const { why: said } = await heard(page, { pageturner: "refused" });
      assert.match(said, why);
    }
    // A stranger's window is not listened to.
    const before = await frame.getByTestId("step").innerText();
    await page.evaluate(
      () =>
        new Promise((done) => {
          const other = document.createElement("iframe");
          other.srcdoc = `<script>parent.frames[0].postMessage({ pageturner: "seek", step: 0 }, "*")</script>`;
          other.onload = () => setTimeout(done, 100);
          document.body.append(other);
        }),
    );
    assert.equal(await frame.getByTestId("step").innerText(), before);
    await page.keyboard.press("/");
    assert.equal(await frame.locator("#console-input").count(), 0);
  }));

const script = `machine(#{ frames: 64, swap_slots: 16 });
let p = spawn("p");
let a = p.mmap(4);
p.touch(a, 3);
note("Three pages.");
ask("How many frames hold them?", #{ number: p.rss(), points: 4 });
ask("Which policy?", #{ text: "clock", points: 4 });
`;
const quiz = `#script=${deflateRawSync(script).toString("base64url")}&step=5`;

test("SPLICE: the state is asked for, nothing is reported before an answer, then score and state, which come back", () =>
  visit(options, async (page) => {
    const frame = await around(page, `?embed&panels=lesson,map,timeline${quiz}`);
    const asked = await heard(page, { subject: "SPLICE.getState" });
    assert.ok(asked.message_id);
    await heard(page, { subject: "lti.frameResize", height: 640 });
    await heard(page, { pageturner: "ready" });
    const question = frame.locator(".question").first();
    await question.waitFor();
    assert.ok(
      !(await page.evaluate(() => window.heard.some(({ subject }) => subject?.endsWith("reportScoreAndState")))),
    );
    await question.getByRole("textbox").fill("3");
    await question.getByRole("textbox").press("Enter");
    const report = await heard(page, { subject: "SPLICE.reportScoreAndState" });
    assert.equal(report.score, 0.5);
    assert.equal(report.state.v, 1);
    // Another visit: a stranger's answer to another question is not taken, its own is.
    const again = await around(page, `?embed&panels=lesson,map,timeline${quiz}`);
    const { message_id } = await heard(page, { subject: "SPLICE.getState" });
    await heard(page, { pageturner: "ready" });
    await say(page, { subject: "SPLICE.getState.response", message_id: "other", state: report.state });
    await say(page, { subject: "SPLICE.getState.response", message_id, state: report.state });
    await again.locator(".question").first().getByText("✓ Right").waitFor();
    await isAccessible(page, "iframe");
  }));

test("damaged states change nothing", () =>
  visit(options, async (page) => {
    for (const state of [
      null,
      "x",
      { v: 2 },
      { v: 1, at: "javascript:alert(1)", answers: {} },
      { v: 1, at: 7 },
      { v: 1, at: "#lesson=first-touch", answers: { 3: { share: 7, tries: "many" }, x: null } },
    ]) {
      const frame = await around(page, "?embed#lesson=first-touch");
      const { message_id } = await heard(page, { subject: "SPLICE.getState" });
      await heard(page, { pageturner: "ready" });
      await say(page, { subject: "SPLICE.getState.response", message_id, state });
      await say(page, { pageturner: "seek", step: 2 });
      await heard(page, { pageturner: "at", step: 2 });
      assert.equal(await frame.locator(".lesson-end").count(), 0);
    }
  }));
