//! `pageturner-bindgen MODULE FOLDER`: does to a built module what `wasm-bindgen --target web` does, with the same
//! library.
//!
//! The command line of wasm-bindgen has the runner of browser tests in the same package, and with it a web server, a
//! web client and a TLS library: minutes of compiling that showing the page does not need. `Cargo.lock` keeps this
//! library and the `wasm-bindgen` of `web/` at one version, which they must be.
use anyhow::{Context, bail};

fn main() -> anyhow::Result<()> {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [module, folder] = arguments.as_slice() else {
        bail!("usage: pageturner-bindgen MODULE FOLDER");
    };
    wasm_bindgen_cli_support::Bindgen::new()
        .web(true)?
        .typescript(true)
        // A module that has died is replaced: the page drops the instance and makes another.
        .reset_state_function(true)
        .omit_default_module_path(false)
        .input_path(module)
        .generate(folder)
        .with_context(|| format!("no bindings for {}", module.display()))
}
