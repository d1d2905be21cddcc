// Of a long list only what can be seen is made: the rest keeps its place, empty. A thousand processes are a thousand
// address spaces, of which a screen shows twenty.

import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { watch } from "../dom/sight";

/** How many have been made after all: each moves what lies below it. */
export const madeLater = signal(0);

/** How far outside of its scrolling box something is made already, in pixels. */
const MARGIN = 300;

/** An article of a scrolling list. `first`: it is made at once, so that a short list never waits; `forced`: it is made
 *  wherever it is; `height`: of one that has not been seen yet, in pixels. */
export function Nearby(props: {
  root: string;
  first: boolean;
  forced: boolean;
  height: number;
  attributes: Record<string, string>;
  children: () => ComponentChildren;
}) {
  const element = useRef<HTMLElement>(null);
  const [near, setNear] = useState(props.first);
  const height = useRef(props.height);
  useEffect(() => {
    const self = element.current!;
    const root = self.closest(props.root);
    if (!root) return;
    return watch(self, root, MARGIN, (now, tall) => {
      // Empty, it stays as tall as it was.
      if (!now && tall > 0) height.current = tall;
      setNear(now);
    });
  }, []);
  const shown = near || props.forced;
  const made = useRef(shown);
  useEffect(() => {
    if (shown && !made.current) madeLater.value++;
    made.current = shown;
  }, [shown]);
  return (
    <article ref={element} {...props.attributes} style={shown ? undefined : { minHeight: `${height.current}px` }}>
      {shown && props.children()}
    </article>
  );
}
