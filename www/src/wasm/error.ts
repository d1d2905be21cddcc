// What is caught, as an error that can be shown.
import type { ErrorDto } from "./types";

/** Whatever was thrown, as an error with a message. */
export function asError(thrown: unknown): ErrorDto {
  if (typeof thrown === "object" && thrown !== null && "message" in thrown) return thrown as ErrorDto;
  return { message: String(thrown) };
}
