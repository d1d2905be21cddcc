// Keeps a card beside an element of the page, inside the window: below or above a button, so that its neighbours stay
// in sight, and to the right or left of what is tall.

const GAP = 10;
/** What is as tall as a button, or a line of them. */
const LOW = 80;

/** Keeps it there until the returned function is called. */
export function keepBeside(card: HTMLElement, target: Element): () => void {
  let due = 0;
  const place = () => {
    due = 0;
    const [x, y] = besides(card.getBoundingClientRect(), target.getBoundingClientRect());
    card.style.left = `${Math.round(x)}px`;
    card.style.top = `${Math.round(y)}px`;
  };
  const request = () => {
    due ||= requestAnimationFrame(place);
  };
  const sizes = new ResizeObserver(request);
  for (const element of [card, target, document.documentElement]) sizes.observe(element);
  window.addEventListener("scroll", request, { capture: true, passive: true });
  target.setAttribute("data-tour", "");
  place();
  return () => {
    cancelAnimationFrame(due);
    sizes.disconnect();
    window.removeEventListener("scroll", request, { capture: true });
    target.removeAttribute("data-tour");
  };
}

/** Where the card's corner goes. Where no side has room it lies over the target's end. */
function besides(card: DOMRect, target: DOMRect): [number, number] {
  const [wide, high] = [window.innerWidth, window.innerHeight];
  const sides: [room: number, x: number, y: number][] = [
    [wide - target.right - card.width, target.right + GAP, target.top],
    [target.left - card.width, target.left - card.width - GAP, target.top],
    [high - target.bottom - card.height, target.left, target.bottom + GAP],
    [target.top - card.height, target.left, target.top - card.height - GAP],
  ];
  if (target.height < LOW) sides.push(...sides.splice(0, 2));
  const [, x, y] = sides.find(([room]) => room >= 2 * GAP) ?? [0, target.left, target.bottom - card.height - GAP];
  const inside = (at: number, size: number, most: number) => Math.max(GAP, Math.min(at, most - size - GAP));
  return [inside(x, card.width, wide), inside(y, card.height, high)];
}
