// The shell of index.html: what is on screen until the machine has come, and how far it has.
const shell = document.getElementById("shell");
const bar = shell?.querySelector("progress");

/** Bytes of the module that have come; the build has written into the page how many there are. */
export function loaded(bytes: number): void {
  if (bar?.hasAttribute("max")) bar.value = bytes;
}

/** Takes the shell away. */
export function unveil(): void {
  shell?.remove();
}
