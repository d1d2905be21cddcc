// The code that draws a heap's calls, fetched when it is first asked for.
import { effect } from "@preact/signals";
import { theme } from "../dom/theme";
import { say } from "../model/notices";
import { state } from "../model/session";
import { asError } from "../wasm/error";
import { once } from "../wasm/once";
import type { Drawn } from "./heapcurves";

const drawing = once(() => import("./heapcurves"));
type Code = Awaited<ReturnType<typeof drawing>>;

/** For each theme anew; the cursor's place in time is drawn over it. */
function watch(anew: () => void, over: () => void): () => void {
  const ends = [
    effect(() => {
      theme.value;
      anew();
    }),
    effect(() => {
      state.value;
      over();
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** Draws into `host` once the code has come; gives what ends that. */
export function drawnLater(host: HTMLElement, make: (code: Code) => Drawn): () => void {
  let end = () => {};
  let ended = false;
  drawing().then(
    (code) => {
      if (!ended) end = code.drawn(host, () => make(code), watch);
    },
    (thrown: unknown) =>
      say("page", { message: `The plots of the heap could not be loaded: ${asError(thrown).message}` }),
  );
  return () => {
    ended = true;
    end();
  };
}
