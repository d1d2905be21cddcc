// A message sent by hand, and one received: the same calls as in a script, given as console lines.

import { useSignal } from "@preact/signals";
import { runLine } from "../model/console";
import { state } from "../model/session";
import type { PortDto, ProcessDto } from "../wasm/types";

/** The ways a segment goes, as `send` names them. */
const WAYS = ["remap", "copy", "cow", "auto"];
/** Bytes of a header, at most. */
const MOST = 128;

type Outcome = { text: string; failed: boolean };

/** `send` by a process, with one of the segments that it maps or with none, and `receive` by the port's owner. */
export function PortCalls({ port }: { port: PortDto }) {
  const processes = state.value?.processes ?? [];
  const sender = useSignal<number | null>(null);
  const segment = useSignal("");
  const header = useSignal("hello");
  const way = useSignal(WAYS[0] ?? "");
  const outcome = useSignal<Outcome | null>(null);
  const from = processes.find(({ pid }) => pid === sender.value) ?? likely(processes, port);
  const segments = from ? segmentsOf(from) : [];
  // A segment that was sent is not there to be sent again.
  const sent = segments.includes(segment.value) ? segment.value : "";
  const give = async (call: string, pid: number) => {
    const answer = await runLine(`process(${pid}).${call}`);
    if (answer)
      outcome.value = { text: `${answer.failed ? "✗" : "→"} ${answer.text || "sent"}`, failed: answer.failed };
  };
  return (
    <form
      class="heap-calls port-calls"
      aria-label={`Messages to port ${port.port}`}
      onSubmit={(event) => {
        event.preventDefault();
        if (from) void give(`send(${inWords(port, sent, header.peek(), way.peek())})`, from.pid);
      }}
    >
      <Choice label="from" value={`${from?.pid ?? ""}`} choose={(pid) => (sender.value = Number(pid))}>
        {processes.map(({ pid, variable, name }) => (
          <option key={pid} value={pid}>
            {variable ?? name}
          </option>
        ))}
      </Choice>
      <label>
        header
        <input maxLength={MOST} value={header.value} onInput={(event) => (header.value = event.currentTarget.value)} />
      </label>
      <Choice label="segment" value={sent} choose={(at) => (segment.value = at)}>
        <option value="">none</option>
        {segments.map((at) => (
          <option key={at}>{at}</option>
        ))}
      </Choice>
      {sent && (
        <Choice label="by" value={way.value} choose={(by) => (way.value = by)}>
          {WAYS.map((by) => (
            <option key={by}>{by}</option>
          ))}
        </Choice>
      )}
      <button class="button small go" disabled={!from}>
        send
      </button>
      <button
        type="button"
        class="button small go"
        disabled={port.messages.length === 0}
        onClick={() => void give(`receive(port(${port.port}))`, port.owner)}
      >
        receive
      </button>
      <span class={outcome.value?.failed ? "outcome-of failed" : "outcome-of"} role="status">
        {outcome.value?.text}
      </span>
    </form>
  );
}

type ChoiceProps = {
  label: string;
  value: string;
  choose: (value: string) => void;
  children: preact.ComponentChildren;
};

function Choice({ label, value, choose, children }: ChoiceProps) {
  return (
    <label>
      {label}
      <select value={value} onChange={(event) => choose(event.currentTarget.value)}>
        {children}
      </select>
    </label>
  );
}

/** Who would send: one that maps a segment, or else any but the one that receives. */
const likely = (processes: ProcessDto[], { owner }: PortDto): ProcessDto | undefined =>
  processes.find((process) => process.pid !== owner && segmentsOf(process).length > 0) ??
  processes.find(({ pid }) => pid !== owner) ??
  processes[0];

/** Where a process has mapped segments. */
const segmentsOf = ({ vmas }: ProcessDto): string[] =>
  vmas.filter(({ name }) => name === "[run]").map(({ startAddr }) => startAddr);

/** What `send` is given. */
function inWords({ port }: PortDto, segment: string, header: string, by: string): string {
  const text = JSON.stringify(header);
  return segment ? `port(${port}), ${segment}, ${text}, #{ by: "${by}" }` : `port(${port}), ${text}`;
}
