//! The same calls on the running kernel and on the model; each kept case is a test of its own.
//! `PAGETURNER_LINUX_CALLS=1000000` makes so many random calls, `PAGETURNER_LINUX_SEED=7` begins at that seed. Where no
//! kernel can be watched the tests are ignored and say why; then `stored` still holds the model against recorded runs.

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod kernel;

use libtest_mimic::Arguments;

fn main() {
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    let trials = kernel::trials();
    #[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
    let trials = vec![libtest_mimic::Trial::ignorable_test("agreement", || {
        Ok(libtest_mimic::Completion::ignored_with("only Linux on x86-64 can be watched"))
    })];
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
