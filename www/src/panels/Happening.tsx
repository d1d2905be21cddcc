// What has just happened, in a sentence, over the map where it happened; while something plays, how far it is.
import "../model/happening";
import { microNow } from "../model/micro";
import { grouped } from "../model/numbers";
import { run } from "../model/player";
import { now } from "../model/session";
import { tell } from "../model/told";

export function Happening() {
  const at = now.value;
  const playing = run.value;
  const group = microNow.value;
  return (
    <section class="happening" aria-label="What has just happened">
      <p class="told">{at ? tell(at, group) : "Switched on; no command has run yet."}</p>
      {playing && (
        <p class="running">
          {playing.commands > 1 && (
            <span class="count">
              {grouped(playing.commands)} commands, {grouped(playing.events)} micro-steps
            </span>
          )}
          <progress max={playing.places} value={playing.shown} aria-label="Played so far" />
        </p>
      )}
    </section>
  );
}
