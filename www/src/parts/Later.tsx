// A part of the page whose code is fetched when it is first shown, or while the browser has nothing else to do.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { asError } from "../wasm/error";
import { once } from "../wasm/once";
import type { ErrorDto } from "../wasm/types";

/** A component that is there once its code has been fetched, and until then `Before`. `failed` is told why it never
 *  was. */
export function later(
  load: () => Promise<ComponentType>,
  Before: ComponentType,
  failed: (error: ErrorDto) => void,
): ComponentType {
  const fetched = once(load);
  let known = Before;
  return function Later() {
    const [Part, setPart] = useState<ComponentType>(() => known);
    useEffect(() => {
      // A function given to a setter would be called.
      fetched().then(
        (part) => {
          known = part;
          setPart(() => part);
        },
        (thrown: unknown) => failed(asError(thrown)),
      );
    }, []);
    return <Part />;
  };
}

/** Calls back when the browser has nothing else to do. */
export function whenIdle(run: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(run, { timeout: 2000 });
  else setTimeout(run, 200);
}
