// The wasm module's functions and classes, and what they answer. The twin of web/src/lib.rs.
import type { Changes, ComparisonApi } from "./comparison";
import type { ErrorDto, MapApi, SessionApi } from "./types";

/** A mark of the map or of the pages' cells; colours are those of uses, a shape is five rows of five bits. */
export type LegendEntry = {
  name: string;
  group: "use" | "page" | "sign";
  label: string;
  meaning: string;
  color: string | null;
  ink: string | null;
  /** "plain", "grid", "solid", "hatch", "crosshatch", "ring", "bars", "checker", "cross" or "dots". */
  pattern: string | null;
  shape: number[] | null;
};
/** A line that a script printed, after so many steps. */
export type Printed = { step: number; text: string };
export type Counted = { what: string; count: number };
/** What was counted while an strace log was read: where the machine differs from the program, and what was left out. */
export type Reading = { notes: string[]; differs: Counted[]; skipped: Counted[]; mayBeThreads: boolean };
/** A script's run. `early`: why it ended before its end without an error. */
export type Ran = { recording: string; error: ErrorDto | null; early: string | null; printed: Printed[] };
/** The machines' own runs of a script, for `Comparison`; `why`: why it can't be run again. */
export type RanOnEach = { runs: string } | { why: string };

/** What the module exports. A function that fails throws an ErrorDto. */
export interface WasmModule {
  default(input: { module_or_path: WebAssembly.Module }): Promise<unknown>;
  loadRecording(text: string): SessionApi;
  newSession(configJson: string): SessionApi;
  /** Runs a scenario, in a worker. On an error the recording holds what ran before it, "" if there was no machine yet.
   *  The run ends early when `onProgress` answers false. */
  runScript(source: string, onProgress: (steps: number) => unknown): Ran;
  scriptTitle(source: string): string | undefined;
  importStrace(text: string, lenient: boolean, oneProcess: boolean): { recording: string } & Reading;
  /** All that the map and the pages' cells show, in words. */
  legend(theme: number): LegendEntry[];
  /** A use or a sign as the map draws it, filling the canvas. */
  paintSwatch(canvas: HTMLCanvasElement, name: string, theme: number): void;
  /** With the `runs` of `runOnEach` each machine is given what the script asked of it; without, the commands are
   *  replayed. */
  Comparison: new (
    first: SessionApi,
    changesJson: string,
    runs?: string,
  ) => ComparisonApi;
  /** In a worker: runs a recording's script again on machines with these changes. */
  runOnEach(recording: string, changesJson: string, onProgress: (steps: number) => void): RanOnEach;
  /** The machines that a session's script names, or one that it is likely worth comparing with. */
  partners(session: SessionApi): Changes[];
  MapPainter: new (canvas: HTMLCanvasElement) => MapApi;
}
