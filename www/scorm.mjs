// Packs the built page as a SCORM 1.2 package, which Moodle and other platforms take: a lesson or an exercise, with
// points.
//
//   node scorm.mjs lesson=fork-and-cow [OUT.zip]        exercise=which-page works, too
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { zipSync } from "fflate";

const dist = fileURLToPath(new URL("dist", import.meta.url));

/** The package's bytes: the page's files, and the manifest that says what they are. */
export function scormPackage(place, title) {
  const files = {};
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    // Packed twins are for web servers, and a package needs no worker of its own to keep files.
    if (!entry.isFile() || /\.(br|gz)$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    files[relative(dist, path).split(sep).join("/")] = new Uint8Array(readFileSync(path));
  }
  files["imsmanifest.xml"] = new TextEncoder().encode(manifest(place, title, Object.keys(files).sort()));
  // Always the same bytes for the same files.
  return zipSync(files, { mtime: new Date("2000-01-01T00:00:00Z") });
}

const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

function manifest(place, title, names) {
  const parameters = `?embed&panels=lesson,map,processes,inspector,timeline#${place}`;
  const files = names.map((name) => `      <file href="${escaped(name)}"/>`).join("\n");
  return `<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="pageturner-${escaped(place.replace(/\W+/g, "-"))}" version="1.2"
    xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
  <metadata>
    <schema>ADL SCORM</schema>
    <schemaversion>1.2</schemaversion>
  </metadata>
  <organizations default="course">
    <organization identifier="course">
      <title>${escaped(title)}</title>
      <item identifier="item" identifierref="page" parameters="${escaped(parameters)}">
        <title>${escaped(title)}</title>
      </item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="page" type="webcontent" adlcp:scormtype="sco" href="index.html">
${files}
    </resource>
  </resources>
</manifest>
`;
}

/** The title of a lesson or an exercise. */
function titleOf(place) {
  const [, kind, id] = /^(lesson|exercise)=([\w-]+)/.exec(place) ?? [];
  if (!kind) throw new Error(`${place} is neither lesson=NAME nor exercise=NAME`);
  const text = readFileSync(new URL(`${kind}s/${id}.rhai`, import.meta.url), "utf8");
  return /^\/\/! title: (.+)$/m.exec(text)?.[1] ?? id;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [place, out = "pageturner-scorm.zip"] = process.argv.slice(2);
  if (!place) {
    console.error("usage: node scorm.mjs lesson=NAME [OUT.zip]");
    process.exit(2);
  }
  const bytes = scormPackage(place, titleOf(place));
  writeFileSync(out, bytes);
  console.log(`${out}: ${bytes.length.toLocaleString("en")} bytes`);
}
