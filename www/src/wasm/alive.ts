// Every call of the module passes here. One that traps (a panic, memory that is used up) leaves its instance unusable:
// the instance is dropped with all that it made, and another takes its place before the call returns. So the next call
// finds a module that works; what was made by the old one is refused.

/** Thrown by the call that an instance died of, and by every use of what it had made. */
export class Stopped extends Error {
  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}

declare global {
  /** The text of the last panic: the module's panic hook leaves it here. */
  var pageturnerPanic: string | undefined;
}

type Call = (this: unknown, ...given: unknown[]) => unknown;
/** An object of the module; the number counts the instances before the one that made it. */
type Made = { __wbg_inst?: number };

let instance = 0;
let last = new Stopped("The machine stopped.");
let replace = () => {};
const listeners: ((stopped: Stopped) => void)[] = [];

/** Calls back after an instance has died and been replaced, when the code that called it has ended. */
export function onDeath(listener: (stopped: Stopped) => void): void {
  listeners.push(listener);
}

/** The module's functions and classes, watched. `reset` drops the instance and makes another. */
export function watched<T extends object>(module: T, reset: () => void): T {
  replace = reset;
  const parts = Object.entries(module).map(([name, part]) => [name, typeof part === "function" ? watch(part) : part]);
  return Object.fromEntries(parts) as T;
}

function watch(part: Call): Call {
  const methods = Object.getOwnPropertyNames(part.prototype ?? {}).filter((name) => name !== "constructor");
  if (methods.length === 0) return watchCall(part);
  for (const name of methods) {
    const method: unknown = part.prototype[name];
    if (typeof method === "function")
      part.prototype[name] = name === "free" ? watchFree(method as Call) : watchCall(method as Call);
  }
  const construct = watchCall((...given) => Reflect.construct(part, given));
  return new Proxy(part, { construct: (_, given) => construct(...given) as object });
}

function watchCall(call: Call): Call {
  return function (...given) {
    if ([this, ...given].some(outlived)) throw last;
    try {
      return call.apply(this, given);
    } catch (thrown) {
      throw deadly(thrown) ? died(thrown) : thrown;
    }
  };
}

/** What an instance had made has ended with it. */
function watchFree(free: Call): Call {
  const call = watchCall(free);
  return function () {
    if (!outlived(this)) call.call(this);
  };
}

function outlived(it: unknown): boolean {
  return typeof it === "object" && it !== null && ((it as Made).__wbg_inst ?? instance) !== instance;
}

/** A trap, or calls nested so deep that the browser ended them somewhere inside. */
function deadly(thrown: unknown): thrown is Error {
  return (
    thrown instanceof WebAssembly.RuntimeError ||
    thrown instanceof RangeError ||
    (thrown instanceof Error && thrown.name === "InternalError")
  );
}

function died(thrown: Error): Stopped {
  const why = reason(thrown);
  instance++;
  try {
    replace();
    last = new Stopped(why);
  } catch {
    last = new Stopped(why, "It could not be replaced: reload the page to go on.");
  }
  const stopped = last;
  queueMicrotask(() => {
    for (const listener of listeners) listener(stopped);
  });
  return stopped;
}

/** What happened, in a sentence. A trap without a panic is memory that was asked for in vain. */
function reason(thrown: Error): string {
  const panic = globalThis.pageturnerPanic;
  globalThis.pageturnerPanic = undefined;
  if (panic !== undefined) return `The machine stopped by a mistake of its own: ${panicked(panic)}.`;
  if (!(thrown instanceof WebAssembly.RuntimeError)) return "The machine stopped: its calls were nested too deep.";
  if (/unreachable/i.test(thrown.message)) return "The machine stopped: it ran out of memory.";
  return `The machine stopped by a mistake of its own: ${thrown.message}.`;
}

/** `panicked at core/src/a.rs:1:2:\nwhat` as `what (core/src/a.rs:1:2)`; of a long path the end. */
function panicked(text: string): string {
  const [, place, what] = /^panicked at (.+?):\n(.*)/.exec(text) ?? [];
  if (place === undefined || what === undefined) return text.slice(0, 200);
  return `${what.slice(0, 200)} (${place.split("/").slice(-4).join("/")})`;
}
