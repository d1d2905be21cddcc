// Beside a map: where low addresses are, and where high ones.
import { upwards } from "../model/upwards";

export function Ends({ frames }: { frames: number }) {
  const ends = [
    <span key="low" title="The lowest addresses: frame 0">
      low
    </span>,
    <span key="high" title={`The highest addresses: frame ${frames - 1}`}>
      high
    </span>,
  ];
  return (
    <p
      class={upwards.value ? "ends upwards" : "ends"}
      aria-label={`Low addresses are at the ${upwards.value ? "bottom" : "top"}`}
      role="img"
    >
      {upwards.value ? ends.reverse() : ends}
    </p>
  );
}
