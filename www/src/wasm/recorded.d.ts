// The lessons' runs, which the build has made: see recorded.mjs in www.
declare module "virtual:recorded" {
  export const recorded: Record<string, () => Promise<{ default: import("./types").OutcomeDto }>>;
}

/** The lessons, with the comments that their scripts begin with. */
declare module "virtual:lessons" {
  export const described: { id: string; header: string }[];
}
