// Ctrl+Z and Ctrl+Shift+Z (or Ctrl+Y) outside of text fields take back what was given by hand, and give it again; in a
// text field they are the field's own.
import { redo, undo } from "../model/undo";

export function watchUndo(): void {
  window.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.defaultPrevented || !["z", "y"].includes(key))
      return;
    if (document.querySelector("dialog[open]") || takesText(event.composedPath()[0])) return;
    event.preventDefault();
    void (key === "y" || event.shiftKey ? redo() : undo());
  });
}

function takesText(target: EventTarget | undefined): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["range", "checkbox", "radio"].includes(target.type);
  return target.isContentEditable || target.matches("textarea, [role=textbox]");
}
