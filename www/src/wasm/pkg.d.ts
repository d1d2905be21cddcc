// The addresses of the built modules. Their functions and types are declared beside them in www/pkg, which
// scripts/wasm.sh build makes: tsc needs that first.
declare module "*/pkg/pageturner_machine_bg.wasm?url" {
  const url: string;
  export default url;
}
declare module "*/pkg/pageturner_web_bg.wasm?url" {
  const url: string;
  export default url;
}
