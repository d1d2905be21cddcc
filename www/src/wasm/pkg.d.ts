// The wasm package is built by scripts/wasm.sh; on a tree where it is not there yet, these stand in for its types.
// module.ts gives the module its real ones.
declare module "*/pkg/pageturner_web.js";
declare module "*/pkg/pageturner_web_bg.wasm?url" {
  const url: string;
  export default url;
}
