// Runs the lessons when the page is built, with the module that the page has, too: a lesson opens as a recording, and
// the script engine is fetched only when something is run.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const lessons = here("./lessons");
const kept = here("./node_modules/.cache/pageturner/recorded");
const list = "virtual:recorded";

/** The module of a lesson's run, by the lesson's name. */
export const moduleOf = (id) => `\0${list}/${id}`;

/** The name of the lesson that the page opens with. */
export function firstLesson() {
  const order = (id) => Number(/^\/\/! order: *(\d+)/m.exec(source(id))?.[1] ?? 999);
  return ids().reduce((first, id) => (order(id) < order(first) ? id : first));
}

/** Makes `virtual:lessons` a module: the name of each lesson, with the comments that its script begins with. A script
 *  is fetched when it is opened. */
export function described() {
  const list = "virtual:lessons";
  const lesson = (id) => ({ id, header: /^(?:\/\/.*\n|\s*\n)*/.exec(source(id))?.[0] ?? "" });
  return {
    name: "described-lessons",
    resolveId: (id) => (id === list ? `\0${list}` : null),
    load(id) {
      if (id !== `\0${list}`) return null;
      for (const one of ids()) this.addWatchFile?.(path(one));
      return `export const described = ${JSON.stringify(ids().map(lesson))};`;
    },
  };
}

/** Makes `virtual:recorded` a module: for each lesson, by its name, a function that fetches the outcome of its run. */
export function recorded() {
  return {
    name: "recorded-lessons",
    resolveId: (id) => (id === list || id.startsWith(`${list}/`) ? `\0${id}` : null),
    async load(id) {
      if (id === `\0${list}`) {
        const entries = ids().map((id) => `${JSON.stringify(id)}: () => import(${JSON.stringify(`${list}/${id}`)})`);
        return `export const recorded = { ${entries.join(", ")} };`;
      }
      if (!id.startsWith(moduleOf(""))) return null;
      const name = id.slice(moduleOf("").length);
      this.addWatchFile?.(path(name));
      // A text is read faster than an object of the same contents.
      return `export default JSON.parse(${JSON.stringify(await outcome(name))});`;
    },
  };
}

const path = (id) => join(lessons, `${id}.rhai`);
const source = (id) => readFileSync(path(id), "utf8");
const ids = () => readdirSync(lessons).map((name) => basename(name, ".rhai"));

/** What a lesson's run came to, as JSON. Runs take seconds, so that they are kept under the names of what was run. */
async function outcome(id) {
  const module = readFileSync(here("./pkg/pageturner_web_bg.wasm"));
  const text = source(id);
  const file = join(kept, `${createHash("sha256").update(module).update(text).digest("hex")}.json`);
  try {
    return readFileSync(file, "utf8");
  } catch {}
  const wasm = await import(here("./pkg/pageturner_web.js"));
  wasm.initSync({ module });
  const ran = wasm.runScript(text, () => true);
  if (ran.error || !ran.recording)
    throw new Error(`${path(id)}: ${ran.error?.message ?? "the script made no machine"}`);
  mkdirSync(kept, { recursive: true });
  // Renamed only when whole: a build may be killed, or run beside another.
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(ran));
  renameSync(`${file}.${process.pid}`, file);
  return JSON.stringify(ran);
}
