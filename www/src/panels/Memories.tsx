// The memories of other machines, above the chart that is of them: each a strip from frame 0 to the last, so that what
// is free is seen to lie together or in crumbs.
import { grouped } from "../model/numbers";
import { ScaleHead } from "../parts/ScaleHead";
import type { ChartRowDto } from "../wasm/types";

/** `marked`: what is marked in them. */
export function Memories({ rows, marked }: { rows: ChartRowDto[]; marked: string | null }) {
  const drawn = rows.filter(({ memory }) => memory !== null);
  if (drawn.length === 0) return null;
  const length = Math.max(...drawn.map(({ memory }) => memory!.length));
  const meant = drawn.some(({ memory }) => memory!.includes("*"));
  return (
    <table class="chart memories">
      <caption>
        {drawn.length === 1 ? "the memory of one such machine" : "the memory of one machine each"}
        <span class="memory-key">
          <i class="in-use" /> in use <i /> free
          {meant && (
            <>
              {" "}
              <i class="meant" /> {marked ?? "what the note is about"}
            </>
          )}
        </span>
      </caption>
      <thead>
        <tr>
          <ScaleHead label="Memory" from="frame 0" to={grouped(length - 1)} />
        </tr>
      </thead>
      <tbody>
        {drawn.map(({ name, memory }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>
              <Memory frames={memory!} length={length} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** `length`: how many frames a strip of full width has. */
function Memory({ frames, length }: { frames: string; length: number }) {
  const runs = [...frames.matchAll(/#+|\*+/g)];
  return (
    <svg
      class="memory-strip"
      viewBox={`0 0 ${length} 1`}
      preserveAspectRatio="none"
      role="img"
      aria-label={told(frames)}
    >
      <rect class="free" width={frames.length} height="1" />
      {runs.map(({ index, 0: run }) => (
        <rect key={index} class={run.startsWith("#") ? "in-use" : "meant"} x={index} width={run.length} height="1" />
      ))}
    </svg>
  );
}

/** The strip in words. */
function told(frames: string): string {
  const used = frames.split("#").length - 1;
  const from = frames.indexOf("*");
  const words = `${grouped(frames.length)} frames, ${grouped(used)} in use`;
  return from < 0 ? words : `${words}; frames ${from} to ${frames.lastIndexOf("*")} are marked`;
}
