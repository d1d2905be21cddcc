// Below an embedded machine: what it is, and the way to the full page at the same place.
import { fullAddress } from "../model/embed";
import { title } from "../model/source";

export function EmbedBar() {
  return (
    <header class="embed-bar">
      <h1>{title.value || "Pageturner"}</h1>
      <a
        href={fullAddress()}
        target="_blank"
        rel="noopener"
        // The place is that of the moment when it is followed.
        onPointerDown={(event) => (event.currentTarget.href = fullAddress())}
        onFocus={(event) => (event.currentTarget.href = fullAddress())}
        onClick={(event) => (event.currentTarget.href = fullAddress())}
      >
        Open in Pageturner ↗
      </a>
    </header>
  );
}
