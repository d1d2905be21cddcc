// Around what is drawn from the machine: if the module dies while it is being drawn, it is drawn again from the next.
import { Component, type ComponentChildren } from "preact";
import { deaths } from "../model/lost";
import { Stopped } from "../wasm/alive";

type Props = { children: ComponentChildren };

export class Guarded extends Component<Props, { died: number | null }> {
  override state = { died: null };

  override componentDidCatch(thrown: unknown): void {
    if (!(thrown instanceof Stopped)) throw thrown;
    // The death is counted a moment later.
    this.setState({ died: deaths.peek() });
  }

  override render({ children }: Props, { died }: { died: number | null }) {
    return died === deaths.value ? null : children;
  }
}
