// Whether elements of a scrolling box can be seen, or nearly: what is far away need not be made.

type Tell = (near: boolean, height: number) => void;

/** Who is told of each element watched, by the box that scrolls and how far outside of it is near: one observer serves
 *  all of them. */
const observers = new WeakMap<Element, Map<number, { observer: IntersectionObserver; told: Map<Element, Tell> }>>();

function observerOf(root: Element, margin: number) {
  const known = observers.get(root) ?? new Map();
  observers.set(root, known);
  const old = known.get(margin);
  if (old) return old;
  const told = new Map<Element, Tell>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting, boundingClientRect } of entries)
        told.get(target)?.(isIntersecting, boundingClientRect.height);
    },
    { root, rootMargin: `${margin}px 0px` },
  );
  const made = { observer, told };
  known.set(margin, made);
  return made;
}

/** Tells at once and at each change whether `element` is within `margin` pixels of what `root` shows, and how tall it
 *  is. Returns what ends it. */
export function watch(element: Element, root: Element, margin: number, tell: Tell): () => void {
  const { observer, told } = observerOf(root, margin);
  told.set(element, tell);
  observer.observe(element);
  return () => {
    observer.unobserve(element);
    told.delete(element);
  };
}
