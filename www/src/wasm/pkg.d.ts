// The address of the built module. Its functions and types are declared beside it in www/pkg, which scripts/wasm.sh
// build makes: tsc needs that first.
declare module "*/pkg/pageturner_web_bg.wasm?url" {
  const url: string;
  export default url;
}
