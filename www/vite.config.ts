// How the page is built: static files that work from any sub-path.
import preact from "@preact/preset-vite";
import { defineConfig, type Plugin } from "vite";
import { described, firstLesson, moduleOf, recorded } from "./recorded.mjs";

// Only in builds: Vite's own development client needs inline styles and a web socket.
const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  // Editing text in the browser's own way writes style attributes; style sheets and elements stay forbidden.
  "style-src-attr 'unsafe-inline'",
  "img-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const csp: Plugin = {
  name: "content-security-policy",
  apply: "build",
  transformIndexHtml: () => [
    { tag: "meta", attrs: { "http-equiv": "Content-Security-Policy", content: policy }, injectTo: "head-prepend" },
  ],
};

/** The machine's module and the first lesson's recording are asked for by the page's first lines, before any script has
 *  been read; the module's size is written there for the shell's progress. */
const early: Plugin = {
  name: "early-machine",
  apply: "build",
  transformIndexHtml: {
    order: "post",
    handler(html, { bundle }) {
      const module = Object.values(bundle ?? {}).find(({ fileName }) =>
        /pageturner_machine_bg.*\.wasm$/.test(fileName),
      );
      if (module?.type !== "asset") throw new Error("the build has no pageturner_machine_bg.wasm: see wasm/module.ts");
      const ofTheFirst = (module: (id: string) => boolean) =>
        Object.values(bundle ?? {}).find(
          (file) => file.type === "chunk" && file.facadeModuleId !== null && module(file.facadeModuleId),
        );
      const lesson = ofTheFirst((id) => id === moduleOf(firstLesson()));
      const script = ofTheFirst((id) => id.endsWith(`/lessons/${firstLesson()}.rhai?raw`));
      if (!lesson || !script) throw new Error("the build has not all of the first lesson: see recorded.mjs");
      const attrs = {
        rel: "preload",
        as: "fetch",
        type: "application/wasm",
        crossorigin: "",
        href: `./${module.fileName}`,
      };
      return {
        html: html.replace('<progress id="loading"', `$& max="${module.source.length}"`),
        tags: [
          { tag: "link", attrs, injectTo: "head" },
          ...[lesson, script].map(({ fileName }) => ({
            tag: "link",
            attrs: { rel: "modulepreload", href: `./${fileName}` },
            injectTo: "head" as const,
          })),
        ],
      };
    },
  },
};

export default defineConfig({
  base: "./",
  plugins: [preact(), recorded(), described(), csp, early],
  worker: { format: "es" },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    // What the page starts with in any case is one file: each of its own is packed worse.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: "base", test: /src\/model\/(numbers|slices|kept|log|lost|session|selection|compare)\.ts$/ }],
        },
      },
    },
  },
});
