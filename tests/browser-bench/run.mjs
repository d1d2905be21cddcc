// The figures that need a browser: wasm against native on one recording, painting a map of 1 M frames against a bare
// putImageData of the same pixels, the size of the wasm file. Run with `make bench`, after the page has been built.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const root = join(import.meta.dirname, "..", "..");
const { chromium } = createRequire(join(root, "www", "package.json"))("playwright-core");
const flags =
  "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run";
const ROUNDS = 5;

const figures = (...words) =>
  execFileSync("cargo", ["bench", "-q", "-p", "pageturner-tests", "--bench", "figures", "--", ...words], {
    cwd: root,
    encoding: "utf8",
  });

const types = { js: "text/javascript", wasm: "application/wasm", html: "text/html" };
const server = createServer((request, response) => {
  const name = new URL(request.url, "http://localhost").pathname.slice(1);
  if (name === "")
    return response.writeHead(200, { "content-type": types.html }).end("<!doctype html><canvas></canvas>");
  try {
    const body = readFileSync(join(root, "www", "pkg", name));
    response.writeHead(200, { "content-type": types[name.split(".").pop()] ?? "application/octet-stream" }).end(body);
  } catch {
    response.writeHead(404).end();
  }
});

/** In the page: best times in milliseconds. */
async function measure([recording, rounds]) {
  const wasm = await import("/pageturner_machine.js");
  await wasm.default();
  const best = (work) => {
    let least = Infinity;
    for (let n = 0; n < rounds; n++) {
      const start = performance.now();
      work();
      least = Math.min(least, performance.now() - start);
    }
    return least;
  };
  const replay = recording ? best(() => wasm.loadRecording(recording).free()) : null;
  if (recording) return { replay };

  const side = 1024;
  const canvas = document.querySelector("canvas");
  canvas.width = canvas.height = side;
  const session = wasm.newSession(JSON.stringify({ frames: 1 << 20 }));
  const mmap = { do: "mmap", pid: 1, addr: "0x10000000", pages: 200_000, prot: "rw" };
  const commands = [
    { do: "spawn", pid: 1 },
    { ...mmap, flags: ["private", "anonymous", "fixed"] },
    { do: "touch", pid: 1, addr: mmap.addr, pages: mmap.pages },
  ];
  session.follow(commands.map((command) => JSON.stringify(command)).join("\n"));
  const painter = new wasm.MapPainter(canvas);
  painter.resize(side, side);
  painter.fit();
  painter.paint(session);
  const context = canvas.getContext("2d");
  const pixels = new ImageData(side, side).data.fill(127);
  // Each time is that of many, since the browser's clock is coarse; each work ends by reading a pixel back, so that it
  // is done and not merely noted down.
  const MANY = 20;
  const each = (work) =>
    best(() => {
      for (let n = 0; n < MANY; n++) {
        work(n);
        context.getImageData(n, n, 1, 1);
      }
    }) / MANY;
  const end = session.eventCount();
  const stepped = each((n) => {
    session.seekEvent(end - (n % 2));
    painter.paint(session);
  });
  const again = each(() => painter.paint(session));
  const bare = each((n) => {
    pixels[n] = n;
    context.putImageData(new ImageData(pixels, side, side), 0, 0);
  });
  return { stepped, again, bare };
}

const work = mkdtempSync(join(tmpdir(), "pageturner-bench-"));
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags.split(" ") });
try {
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const file = join(work, "long.jsonl");
  figures("record", file);
  const recording = readFileSync(file, "utf8");
  // Taken in turn, so that a slow moment of the host hits both.
  let [native, inWasm] = [Infinity, Infinity];
  for (let n = 0; n < 3; n++) {
    native = Math.min(native, Number(figures("replay", file)));
    inWasm = Math.min(inWasm, (await page.evaluate(measure, [recording, ROUNDS])).replay);
  }
  const ratio = (a, b) => (a / b).toFixed(2);
  console.log(
    `wasm against native, replay of 20,000 commands: wasm ${inWasm.toFixed(1)} ms, native ${native.toFixed(1)} ms, ratio ${ratio(inWasm, native)}`,
  );
  const { stepped, again, bare } = await page.evaluate(measure, [null, ROUNDS]);
  const painted = (what, time) =>
    console.log(
      `paint 1 M frames ${what} against bare putImageData, 1024x1024: ${time.toFixed(2)} ms, bare ${bare.toFixed(2)} ms, ratio ${ratio(time, bare)}`,
    );
  painted("after a micro-step", stepped);
  painted("again", again);
  for (const [what, name] of [
    ["the machine", "pageturner_machine"],
    ["with the script language", "pageturner_web"],
  ]) {
    const wasm = readFileSync(join(root, "www", "pkg", `${name}_bg.wasm`));
    const packed = brotliCompressSync(wasm, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
    console.log(`wasm size, ${what}: ${wasm.length} bytes, in brotli ${packed.length} bytes`);
  }
} finally {
  await browser.close();
  server.close();
  rmSync(work, { recursive: true });
}
