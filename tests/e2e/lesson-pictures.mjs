// Makes docs/lessons.md: each lesson with the picture of its key moment, which is the note that begins with the words
// of its line `//! moment: …`, as the reading view shows it on a small laptop. No test: `make pictures` runs it.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { after, test } from "node:test";
import { useBrowser, visit } from "./page.mjs";

const sources = new URL("../../www/lessons/", import.meta.url);
const docs = new URL("../../docs/", import.meta.url);
const pictures = new URL("lessons/", docs);
/** At most this many bytes a picture: all of them are in every clone. */
const MOST = 60_000;

useBrowser();

const lessons = [];
for (const name of await readdir(sources)) {
  const source = await readFile(new URL(name, sources), "utf8");
  const header = (field) => new RegExp(`^//! ${field}: *(.+)$`, "m").exec(source)?.[1];
  const [order, title, teaches, moment] = ["order", "title", "teaches", "moment"].map(header);
  lessons.push({ id: basename(name, ".rhai"), order: Number(order), title, teaches, moment });
}
lessons.sort((a, b) => a.order - b.order);

await rm(pictures, { recursive: true, force: true });
await mkdir(pictures, { recursive: true });

for (const lesson of lessons)
  test(lesson.id, () =>
    visit({ view: "", hash: `#lesson=${lesson.id}`, size: [1280, 720], init: noTour }, async (page) => {
      while (!(await page.locator(".lesson-text").innerText()).startsWith(lesson.moment)) await readOn(page, lesson);
      const words = await page.locator(".lesson-text p").first().innerText();
      lesson.words = words.split(/(?<=[.:?]) /)[0];
      // What comes into sight late: lines, and the inspector's pictures.
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      await writeFile(new URL(`${lesson.id}.webp`, pictures), await small(page, await page.screenshot()));
    }),
  );

after(() => writeFile(new URL("lessons.md", docs), document()));

/** In the page, before its own scripts: the tour is not offered. */
function noTour() {
  localStorage["pageturner-tour"] = "no";
}

async function readOn(page, { id, moment }) {
  const count = page.locator(".lesson .panel-head .count");
  const before = await count.innerText();
  const [number, of] = before.split(" of ").map(Number);
  if (number === of) throw new Error(`${id}: no note begins with “${moment}”, as its //! moment: says`);
  await page.locator(".onwards .next").click();
  await page.waitForFunction((old) => document.querySelector(".lesson .panel-head .count").textContent !== old, before);
}

/** A picture as WebP without losses, which keeps text sharp; of fewer colours, until it is small enough. */
async function small(page, png) {
  const bytes = png.toString("base64");
  for (const colors of [128, 64, 32, 24, 16]) {
    const picture = Buffer.from(await page.evaluate(encoded, { bytes, colors }));
    if (picture.length <= MOST) return picture;
  }
  throw new Error(`a picture of ${png.length} bytes does not become small enough`);
}

/** In the page, which has an encoder. */
async function encoded({ bytes, colors }) {
  const image = await createImageBitmap(new Blob([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))]));
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, image.width, image.height);
  const words = new Uint32Array(pixels.data.buffer);
  const counts = new Map();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const apart = (a, b) => [0, 8, 16].reduce((sum, at) => sum + (((a >> at) & 255) - ((b >> at) & 255)) ** 2, 0);
  // One colour after another: which is seen most and is least like those that are there, so that no hue is lost to the
  // many greys of text.
  const palette = [];
  const far = new Map([...counts.keys()].map((word) => [word, Number.MAX_SAFE_INTEGER]));
  while (palette.length < Math.min(colors, counts.size)) {
    const weight = (word) => counts.get(word) * far.get(word);
    const chosen = [...far.keys()].reduce((best, word) => (weight(word) > weight(best) ? word : best));
    palette.push(chosen);
    for (const [word, least] of far) far.set(word, Math.min(least, apart(word, chosen)));
  }
  const nearest = (word) => palette.reduce((best, one) => (apart(one, word) < apart(best, word) ? one : best));
  const instead = new Map([...counts.keys()].map((word) => [word, nearest(word)]));
  for (let n = 0; n < words.length; n++) words[n] = instead.get(words[n]);
  context.putImageData(pixels, 0, 0);
  const blob = await canvas.convertToBlob({ type: "image/webp", quality: 1 });
  return Array.from(new Uint8Array(await blob.arrayBuffer()));
}

function document() {
  const parts = lessons.map(
    ({ id, order, title, teaches, words }) =>
      `## ${order}. ${title}\n\n${wrapped(teaches)}\n\n${wrapped(`The moment: *${words}*`)}\n\n` +
      `![${title}: the page at this note](lessons/${id}.webp)\n`,
  );
  return `# The lessons, in pictures\n\n${wrapped(
    "One picture a lesson, of the page as it stands at the note that matters most. `make pictures` makes this file and " +
      "its pictures anew; which note it is says the line `//! moment:` of a lesson.",
  )}\n\n${parts.join("\n")}`;
}

/** In lines of at most 120 columns. */
function wrapped(text) {
  return text.replace(/(.{1,120})(?: |$)/g, "$1\n").trimEnd();
}
