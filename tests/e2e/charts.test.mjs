// Charts below notes: bars with whiskers say their numbers in a table, curves have theirs beside them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isAccessible, openScript, useBrowser, visit } from "./page.mjs";

useBrowser();

/** Goes from note to note until `chart` is on show. */
async function until(page, chart) {
  const next = page.getByRole("button", { name: "Next ›" });
  while ((await chart.count()) === 0) {
    assert.ok(await next.isEnabled(), "a note has the chart");
    const before = await page.locator(".lesson .panel-head .count").innerText();
    await next.click();
    await page.waitForFunction(
      (text) => document.querySelector(".lesson .panel-head .count").textContent !== text,
      before,
    );
  }
}

test("a lesson's chance is a bar with whiskers over its seeds, each seed a dot", () =>
  visit({ hash: "#lesson=top-of-the-heap" }, async (page) => {
    const table = page.getByRole("table", { name: "frames moved for 200 messages, 20 seeds" });
    await until(page, table);
    const row = table.getByRole("row", { name: /^heap's top/ });
    const drawn = row.getByRole("img", { name: /^20 values: [\d,]+ to [\d,]+, half of them [\d,]+ to [\d,]+$/ });
    assert.equal(await drawn.locator("circle").count(), 20);
    const [from, to] = await drawn.evaluate((svg) => {
      const box = svg.querySelector(".box").getBoundingClientRect();
      const whole = svg.querySelector(".whisker").getBoundingClientRect();
      return [whole.left <= box.left, box.right <= whole.right];
    });
    assert.ok(from && to, "the box lies between the whiskers' ends");
    await isAccessible(page, ".lesson");
  }));

test("a curve is drawn, has a legend, and its numbers in a table", () =>
  visit({ hash: "#lesson=how-far-a-pair-goes", theme: "dark" }, async (page) => {
    const figure = page.getByRole("figure", { name: "frames with a way back" });
    await until(page, figure);
    await figure.locator("canvas").waitFor();
    assert.match(await figure.locator(".u-legend").innerText(), /the pair of 1998[\s\S]*chains, and objects/);
    await figure.getByText("As a table").click();
    const last = figure.getByRole("row").last();
    assert.deepEqual((await last.innerText()).split(/\s+/), ["8", "64", "128"]);
    await isAccessible(page, ".lesson");
  }));

test("numbers of one's own are drawn on one scale, also when all are the same", () =>
  visit({}, async (page) => {
    await openScript(
      page,
      `machine(#{ frames: 64 });
note("Mine.", #{ title: "pages", rows: [["few", [1, 2, 3]], ["many", [9, 10]], ["one", [4]]] });`,
    );
    const table = page.getByRole("table", { name: "pages" });
    assert.match(await table.getByRole("row", { name: /^few/ }).innerText(), /2\s+1 to 3$/);
    assert.match(await table.getByRole("row", { name: /^one/ }).innerText(), /4\s*$/);
    const right = (name) =>
      table
        .getByRole("row", { name })
        .locator(".median")
        .evaluate((line) => line.getBoundingClientRect().left);
    assert.ok((await right(/^few/)) < (await right(/^one/)) && (await right(/^one/)) < (await right(/^many/)));
  }));

test("points are drawn, each row with a look of its own, and stand in a table by their places", () =>
  visit({ hash: "#lesson=gravity" }, async (page) => {
    const figure = page.getByRole("figure", { name: "frames of the longest free stretch with sink: true, 20 seeds" });
    await until(page, figure);
    await figure.locator("canvas").waitFor();
    await figure.getByText("As a table").click();
    const rows = await figure
      .locator(".chart-table tbody tr")
      .evaluateAll((all) => all.map((row) => row.innerText.trim().split(/\s+/)));
    const values = rows.reduce((sum, row) => sum + row.length - 1, 0);
    assert.equal(values, 80, "twenty seeds of four kinds");
    assert.deepEqual(
      rows.map(([at]) => Number(at)),
      rows.map(([at]) => Number(at)).sort((a, b) => a - b),
    );
    for (const row of rows) assert.ok(row.length >= 2, "each has a place, and a value or more");
    await isAccessible(page, ".lesson");
  }));

test("a label and a number stand at the height of what they are of, whether it is a bar or a spread", () =>
  visit({ view: "" }, async (page) => {
    await openScript(
      page,
      `machine(#{ frames: 64 });
note("Bars.", #{ title: "bars", elsewhere: true, rows: [["one", [3]], ["two", [9]]] });
note("Spreads.", #{ title: "spreads", elsewhere: true, rows: [["one", [3, 4, 5]], ["two", [7, 8, 9]]] });`,
    );
    for (const [title, what] of [
      ["bars", ".amount"],
      ["spreads", ".box"],
    ]) {
      const table = page.getByRole("table", { name: title });
      await table.waitFor();
      const off = await table.locator("tbody tr").evaluateAll(
        (rows, what) =>
          rows.map((row) => {
            const words = (cell) => {
              const range = document.createRange();
              range.selectNodeContents(cell);
              return range.getBoundingClientRect();
            };
            const drawn = row.querySelector(what).getBoundingClientRect();
            const middle = ({ top, bottom }) => (top + bottom) / 2;
            const [label, number] = [...row.querySelectorAll("th, .chart-number")].map(words);
            const high = Math.max(Math.abs(middle(label) - middle(drawn)), Math.abs(middle(number) - middle(drawn)));
            return [high, row.querySelector(".spread").getBoundingClientRect().left - label.right];
          }),
        what,
      );
      for (const [high, aside] of off)
        assert.ok(high <= 3 && aside >= 0 && aside <= 24, `${title}: ${high} px above or below, ${aside} px aside`);
      await page.keyboard.press("n");
    }
  }));

const elsewhere = `machine(#{ frames: 64 });
alloc(1);
note("Others.", #{
    title: "free frames", elsewhere: true, marked: "the gap",
    rows: [["heap", [1, 2], "##..**"], ["lists", [3, 4], "#.#.#."]],
});
alloc(1);
note("Mine.", #{ title: "pages", rows: [["one", [4]]] });`;

test("a chart of other machines stands in place of the map while its note is read", () =>
  visit({}, async (page) => {
    const map = page.locator(".memory");
    const figure = page.getByRole("region", { name: "Other machines" });
    await openScript(page, elsewhere);
    await page.keyboard.press("n");
    await page.getByRole("table", { name: /free frames other machines/ }).waitFor();
    assert.ok(await map.isVisible(), "in the working view it is below its note");
    await page.keyboard.press("v");
    await figure.waitFor();
    assert.equal(await map.count(), 0);
    assert.equal(await page.locator(".lesson .chart").count(), 0, "it stands at one place");
    const heap = figure.getByRole("img", { name: "6 frames, 2 in use; frames 4 to 5 are marked" });
    assert.equal(await heap.locator(".meant").getAttribute("width"), "2");
    assert.match(await figure.innerText(), /the gap/);
    await isAccessible(page, ".figure-stage");
    await figure.getByRole("button", { name: "Show the lesson's machine" }).click();
    await map.waitFor();
    assert.equal(await page.locator(".lesson .chart").count(), 2, "its chart and the memories are among the words");
    await page.getByRole("button", { name: "Show the chart large" }).click();
    await figure.waitFor();
    await page.locator(".onwards .next").click();
    await map.waitFor();
    assert.equal(await figure.count(), 0, "the next note is about this machine");
  }));
