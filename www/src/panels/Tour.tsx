// The tour: a card beside the thing that its stop is about. The page stays usable.
import { useEffect, useRef } from "preact/hooks";
import { keepBeside } from "../dom/beside";
import { goTo, leaveTour, STOPS, stopShown } from "../model/tour";
import { Prose } from "../parts/Prose";

export function Tour() {
  const number = stopShown.value;
  return number === null ? null : <Card key={number} number={number} />;
}

function Card({ number }: { number: number }) {
  const card = useRef<HTMLElement>(null);
  const { title, text, at } = STOPS[number]!;
  useEffect(() => {
    const target = onShow(at);
    // What is folded, or on another tab of a narrow screen, is passed over.
    if (!target) return goTo(number + 1);
    card.current!.querySelector<HTMLElement>(".due")?.focus({ preventScroll: true });
    return keepBeside(card.current!, target);
  }, []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || document.querySelector("dialog[open], .panels-list:popover-open")) return;
      event.preventDefault();
      leaveTour();
    };
    window.addEventListener("keydown", onKey, { capture: true });
    return () => window.removeEventListener("keydown", onKey, { capture: true });
  }, []);
  const before = STOPS.findLastIndex((stop, n) => n < number && onShow(stop.at));
  return (
    <section ref={card} class="tour" role="dialog" aria-labelledby="tour-title">
      <h2 id="tour-title">{title}</h2>
      <Prose text={text} />
      <p class="tour-ways">
        <span class="count">
          {number + 1} of {STOPS.length}
        </span>
        <button class="button small quiet" onClick={leaveTour} title="Leave the tour (Esc): ? takes it up again">
          Leave
        </button>
        <span class="spring" />
        {before >= 0 && (
          <button class="button small" onClick={() => goTo(before)}>
            ‹ Back
          </button>
        )}
        <button class="button small due" onClick={() => goTo(number + 1)}>
          {number + 1 < STOPS.length ? "Go on ›" : "Done"}
        </button>
      </p>
    </section>
  );
}

/** The first element that this selects and that takes room on the page. */
function onShow(selector: string): Element | undefined {
  return [...document.querySelectorAll(selector)].find((one) => one.getClientRects().length > 0);
}
