// The offer of the tour, on the first visit.
import { decline, isOffered, takeTour } from "../model/tour";

export function TourOffer() {
  if (!isOffered()) return null;
  return (
    <aside class="tour-offer" aria-label="Tour of the page">
      <p>Two minutes: how this page works.</p>
      <button class="button small" onClick={takeTour}>
        Take the tour
      </button>
      <button class="button small quiet" onClick={decline}>
        Not now
      </button>
    </aside>
  );
}
