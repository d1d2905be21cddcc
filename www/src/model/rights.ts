// What a VMA allows, in words: `rw-p` and the like.

const ALLOWED = ["read", "write", "execute"];

/** The letters of `/proc/PID/maps` with what they mean. Where writing is allowed it may be forbidden all the same, by a
 *  page's own entry, which is what beginners ask about. */
export function rightsInWords(perms: string): string {
  const allowed = ALLOWED.filter((_, n) => perms[n] !== "-" && perms[n] !== undefined);
  const may = allowed.length > 0 ? `its process may ${allowed.join(", ")}` : "its process may not touch it";
  const kind = perms.endsWith("s") ? "shared: writes are seen by all who map it" : "private: writes are its own";
  const entries = perms[1] === "w" ? ". A page's entry may still forbid writing: then a first write faults" : "";
  return `${perms}: ${may}; ${kind}${entries}`;
}
