// Ports: the queue of each as the ring that it is, and the messages that wait, oldest first, with their segments.

import { counted, grouped } from "../model/numbers";
import { hovered, same, selected } from "../model/selection";
import { state } from "../model/session";
import type { MessageDto, PortDto, Subject } from "../wasm/types";
import { PortCalls } from "./PortCalls";

export function Ports() {
  const ports = state.value?.ports ?? [];
  return (
    <section class="panel ports" aria-labelledby="ports-title">
      <h2 id="ports-title">{ports.length === 1 ? "Port" : "Ports"}</h2>
      <div class="all-ports" tabIndex={0} role="group" aria-label="Messages between processes">
        {ports.map((port) => (
          <Port key={port.port} port={port} />
        ))}
      </div>
    </section>
  );
}

function Port({ port }: { port: PortDto }) {
  const { messages } = port;
  return (
    <article class="port" aria-label={`Port ${port.port} of ${nameOf(port.owner)}`}>
      <h3>
        <span>port {port.port}</span> of {nameOf(port.owner)}
        <span class="count">
          {messages.length === 0 ? "nothing waits" : `${counted(messages.length, "message")} in`}
        </span>
        <Frame frame={port.frame} text={`frame ${port.frame}`} />
      </h3>
      <Ring port={port} />
      {messages.length > 0 && (
        <ol class="messages">
          {messages.map((message, n) => (
            <Message key={(port.head + n) % port.places} message={message} />
          ))}
        </ol>
      )}
      <PortCalls port={port} />
    </article>
  );
}

/** The places of the queue in its frame; a message keeps its place while others come and go. */
function Ring({ port: { places, head, messages } }: { port: PortDto }) {
  const waits = (place: number) => (place - head + places) % places < messages.length;
  return (
    <div class="ring" role="img" aria-label={`${messages.length} of ${places} places taken, the oldest at ${head}`}>
      {Array.from({ length: places }, (_, place) => (
        <i key={place} class={`${waits(place) ? "taken" : ""}${waits(place) && place === head ? " oldest" : ""}`} />
      ))}
    </div>
  );
}

const WAYS: Record<string, string> = {
  remap: "changes hands",
  copy: "copied",
  cow: "shared until one writes",
};

function Message({ message: { from, header, bytes, by, segment, pages } }: { message: MessageDto }) {
  return (
    <li>
      <span class="from">{nameOf(from)}</span>
      <code class="message-header">{header || "no header"}</code>
      {segment !== null && (
        <>
          <Frame
            frame={segment}
            text={pages === 1 ? `frame ${segment}` : `frames ${segment} to ${segment + pages - 1}`}
          />
          <span class="count">
            {grouped(bytes)} bytes, {WAYS[by] ?? by}
          </span>
        </>
      )}
    </li>
  );
}

function Frame({ frame, text }: { frame: number; text: string }) {
  const subject: Subject = { kind: "frame", pfn: frame };
  return (
    <button
      class="port-frame"
      data-linked={same(selected.value, subject) ? "" : undefined}
      onPointerEnter={() => (hovered.value = subject)}
      onPointerLeave={() => (hovered.value = null)}
      onClick={() => (selected.value = subject)}
    >
      {text}
    </button>
  );
}

/** What a process is called; one that has ended has a number only. */
const nameOf = (pid: number): string =>
  state.value?.processes.find((process) => process.pid === pid)?.name ?? `process ${pid}`;
