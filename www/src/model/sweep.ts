// A sweep: the page's commands, or its script again, on many machines that differ in a field or two, one after another
// in a worker, and what a counter says on each. Any of them can be opened beside the page's own.
import { batch, effect, signal } from "@preact/signals";
import { asError } from "../wasm/error";
import { giveJob, startWorker } from "../wasm/jobs";
import type { Changes, ErrorDto, FaredDto, SettingDto, SweptDto } from "../wasm/types";
import { configuration, others, replays, setting, settings } from "./compare";
import { recordingInSlices } from "./opening";
import { leapTo } from "./places";
import { stop } from "./player";
import { history, session } from "./session";

/** What is asked: a field and its values as they are typed, another for the curves (empty: none), and a counter. Part
 *  of the address. */
export type Asked = { over: string; values: string; by: string; byValues: string; counter: string };

/** Machines, row by row: those counted so far; null: still to come. */
export type Swept = SweptDto & { asked: Asked; machines: Changes[]; fared: (FaredDto | null)[] };

/** Whether the sweep is on show in place of the machines' maps. Part of the address. */
export const shown = signal(false);
export const asked = signal<Asked | null>(null);
export const swept = signal<Swept | null>(null);
/** Machines done of all, and commands given so far. */
export const progress = signal<{ done: number; of: number | null; commands: number } | null>(null);
export const trouble = signal<ErrorDto | null>(null);

/** Counts runs, so that an old one can see that it has been replaced. */
let run = 0;
let worker: Worker | null = null;

// What was counted of other commands is gone with them.
effect(() => {
  session.value;
  history.value;
  halt();
  batch(() => {
    swept.value = progress.value = trouble.value = null;
  });
});

effect(() => {
  if (others.value === null) shown.value = false;
});

function halt(): void {
  run++;
  worker?.terminate();
  worker = null;
}

/** Shows the form, with what is likely worth asking if nothing was asked; beside no machine, if none is. */
export function open(): void {
  batch(() => {
    asked.value ??= suggestion();
    others.value ??= [];
    shown.value = true;
  });
}

export function close(): void {
  if (others.peek()?.length === 0) others.value = null;
  else shown.value = false;
}

/** Runs the sweep that is asked for. */
export async function start(): Promise<void> {
  const machine = session.peek();
  const what = asked.peek();
  if (!machine || !what) return;
  halt();
  stop();
  const mine = run;
  const wanted = () => mine === run;
  batch(() => {
    trouble.value = swept.value = null;
    progress.value = { done: 0, of: null, commands: 0 };
  });
  try {
    const recording = await recordingInSlices(machine, wanted);
    if (!recording || !wanted()) return;
    await inWorker(mine, recording.join(""), what);
  } catch (thrown) {
    if (wanted()) fail(asError(thrown));
  }
}

function inWorker(mine: number, text: string, what: Asked): Promise<void> {
  return new Promise((resolve, reject) => {
    worker = startWorker((report) => {
      if (mine !== run) return;
      const now = progress.peek()!;
      if (report.kind === "progress") progress.value = { ...now, commands: now.commands + report.steps };
      else if (report.kind === "swept") {
        const machines = JSON.parse(report.swept.changes) as Changes[];
        swept.value = { ...report.swept, asked: what, machines, fared: machines.map(() => null) };
        progress.value = { ...now, of: machines.length };
      } else if (report.kind === "fared") {
        const before = swept.peek()!;
        const fared = before.fared.with(report.n, report.fared);
        batch(() => {
          swept.value = { ...before, fared };
          progress.value = { ...now, done: now.done + 1 };
          if (now.done + 1 === before.machines.length) end();
        });
      } else if (report.kind === "failed") fail(report.error);
    }, reject);
    const { over, values, by, byValues, counter } = what;
    const second = by === "" ? "" : `${by}=${byValues}`;
    giveJob(worker, { kind: "sweep", text, over: `${over}=${values}`, by: second, counter, replays: replays.peek() });
    resolve();
  });
}

function end(): void {
  halt();
  progress.value = null;
}

function fail(error: ErrorDto): void {
  batch(() => {
    end();
    trouble.value = error;
  });
}

/** Ends the sweep under way; what was counted stays. Returns whether there was one. */
export function cancel(): boolean {
  if (!progress.peek()) return false;
  end();
  return true;
}

/** Opens a machine of the sweep beside the page's own, at a step if one is named, else where the page stands. */
export function openMachine(n: number, step?: number): void {
  const machine = swept.peek()?.machines[n];
  if (!machine) return;
  batch(() => {
    others.value = [machine];
    shown.value = false;
  });
  if (step !== undefined) leapTo(Math.min(step, session.peek()?.stepCount() ?? 0));
}

/** A machine's values in words: `frames 16, policy lru`. */
export function nameOf({ over, by }: SweptDto, n: number): string {
  const columns = by?.values.length ?? 1;
  const row = `${over.field} ${over.values[Math.floor(n / columns)]}`;
  return by ? `${row}, ${by.field} ${by.values[n % columns]}` : row;
}

/** The table as comma-separated values; a machine on which the load ended early has none. */
export function csv({ over, by, asked: { counter }, fared }: Swept): string {
  const heads = by ? by.values.map((value) => `${by.field}=${value}`) : [counter];
  const rows = over.values.map((value, row) => [
    value,
    ...heads.map((_, column) => String(fared[row * heads.length + column]?.count ?? "")),
  ]);
  return `${[[over.field, ...heads], ...rows].map((row) => row.join(",")).join("\n")}\n`;
}

/** Paths of all fields that can be on an axis. */
export function fields(): string[] {
  const inner = (list: SettingDto[], before: string): string[] =>
    list.flatMap((field) => {
      if (field.kind === "settings") return inner(field.fields, `${before}${field.name}.`);
      return field.kind === "list" ? [] : [before + field.name];
    });
  return inner(settings(), "");
}

/** Values of a field that are likely worth a look. */
export function valuesOf(path: string): string {
  const field = setting(path.split("."));
  const own = path.split(".").reduce<unknown>((of, name) => (of as Changes | undefined)?.[name], configuration());
  const value = own ?? field?.default;
  if (field?.kind === "flag") return "false,true";
  // `opt` has to be told what comes, which only traces say.
  if (field?.kind === "choice")
    return field.choices
      .filter((name) => name !== "opt")
      .slice(0, 4)
      .join(",");
  // Where the kernel has frames of its own, few are enough for a program.
  if (path === "frames" && configuration().kernel === "apart") return `4..${value}`;
  if (path === "frames") return `${Math.max(16, Math.min(64, Math.floor(Number(value) / 16)))}..${value}`;
  const n = Number(value) || 0;
  return n > 0 ? [n, 2 * n, 4 * n].join(",") : "0,1,2,4";
}

function suggestion(): Asked {
  const policies = setting(["policy"])?.choices ?? [];
  const byValues = ["fifo", "clock", "lru"].filter((name) => policies.includes(name)).join(",");
  const reads = session.peek()?.series("disk_reads", 2).at(-1) ?? 0;
  const counter = reads > 0 ? "disk_reads" : "cycles";
  return { over: "frames", values: valuesOf("frames"), by: "policy", byValues, counter };
}

const NAMES = ["over", "values", "by", "byValues", "counter"] as const;

/** Reads what a link asks; null if it is not valid. */
export function parseAsked(text: string): Asked | null {
  try {
    const read = JSON.parse(text) as Record<string, unknown> | null;
    const valid = NAMES.every((name) => typeof read?.[name] === "string" && (read[name] as string).length <= 2_000);
    return valid ? (Object.fromEntries(NAMES.map((name) => [name, read![name]])) as Asked) : null;
  } catch {
    return null;
  }
}
