// The lessons' runs, which the build has made: see recorded.mjs in www.
declare module "virtual:recorded" {
  export const recorded: Record<string, () => Promise<{ default: import("./types").OutcomeDto }>>;
}
