// Fetches a wasm module and compiles it while it comes.

/** The compiled module. `what` names it in an error; `loaded` is told how many bytes of it have come. */
export async function compile(
  what: string,
  from: string,
  loaded?: (bytes: number) => void,
): Promise<WebAssembly.Module> {
  const response = await fetch(from);
  if (!response.ok) throw new Error(`${what} could not be loaded: ${from} answered ${response.status}.`);
  if (loaded) void count(response.clone(), loaded);
  // A server may not declare the type of .wasm files, which streaming requires.
  const typed = response.headers.get("content-type")?.startsWith("application/wasm");
  return typed ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

/** Counts the bytes of a response as they come. That it breaks off is reported by whoever uses it. */
async function count({ body }: Response, loaded: (bytes: number) => void): Promise<void> {
  const reader = body?.getReader();
  let bytes = 0;
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read())
      loaded((bytes += part.value.length));
  } catch {}
}
