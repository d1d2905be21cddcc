// A drawing of uPlot that is as wide as there is room. It imports nothing of the page's, or the first files would be
// cut into more pieces.
import type uPlot from "uplot";

/** Draws into `host`; gives what ends that. `watch` is handed what draws all anew and what draws once more what is over
 *  it, calls them when they are due, the first at once, and gives what ends that. */
export function drawn(
  host: HTMLElement,
  make: () => uPlot,
  watch: (anew: () => void, over: () => void) => () => void,
): () => void {
  let plot: uPlot | null = null;
  const anew = () => {
    plot?.destroy();
    plot = host.clientWidth > 0 ? make() : null;
  };
  const end = watch(anew, () => plot?.redraw(false));
  const sizes = new ResizeObserver(() => {
    if (plot && host.clientWidth > 0) plot.setSize({ width: host.clientWidth, height: plot.height });
    else anew();
  });
  sizes.observe(host);
  return () => {
    end();
    sizes.disconnect();
    plot?.destroy();
  };
}
