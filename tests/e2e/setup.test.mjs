// What scripts/setup.sh plans on other machines than this one: its search path holds only stand-ins for what a machine
// has. Nothing is installed; a stand-in that is asked to install writes that down.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const project = fileURLToPath(new URL("../../", import.meta.url));
const tools = "bash env sed sort head tail grep find cmp cat dirname mktemp rm cp true flock timeout".split(" ");

/** Plans on a machine that has `programs` (name: version), and an apt that has `packages` (name: version) or is null.
 *  `clash`: packages that apt refuses; `std`: whether Rust has its std for WebAssembly. */
function plan({ programs = {}, packages = null, clash = [], std = false }, ...words) {
  const machine = mkdtempSync(join(tmpdir(), "pageturner-setup-"));
  const bin = join(machine, "bin");
  const script = (name, body) => {
    writeFileSync(join(bin, name), `#!${join(bin, "bash")}\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  try {
    mkdirSync(bin);
    for (const tool of tools) {
      const real = spawnSync("bash", ["-c", `command -v ${tool}`], { encoding: "utf8" }).stdout.trim();
      if (real.startsWith("/")) symlinkSync(real, join(bin, tool));
    }
    for (const [name, version] of Object.entries(programs))
      script(name, `[[ '${version}' ]] && echo '${name} ${version}'`);
    const sysroot = join(machine, "rust");
    if (std) {
      const lib = join(sysroot, "lib/rustlib/wasm32-unknown-unknown/lib");
      mkdirSync(lib, { recursive: true });
      writeFileSync(join(lib, "libstd-1.rlib"), "");
    }
    if (programs.rustc) script("rustc", `[[ $1 == --print ]] && echo '${sysroot}' || echo 'rustc ${programs.rustc}'`);
    if (packages) {
      const known = Object.entries(packages).map(([name, version]) => `${name}) echo '  Candidate: ${version}' ;;`);
      const names = Object.keys(packages);
      script("sudo", `shift; "$@"`);
      script("dpkg", "exit 1");
      script(
        "apt-cache",
        `for package; do case $package in ${known.join(" ")} esac; done; case $2 in --names-only) echo '${names.filter((name) => /^lld-/.test(name)).join("\n")}' ;; esac`,
      );
      script(
        "apt-get",
        `case " $* " in
          *" update "*) exit ;;
          *" -s "*) for package; do case $package in -* | DPkg* | install) ;; ${names.filter((name) => !clash.includes(name)).join(" | ")}) ;; *) exit 100 ;; esac; done ;;
          *) echo "$*" >>'${join(machine, "installed")}' ;;
        esac`,
      );
    }
    const environment = { PATH: bin, HOME: machine, TMPDIR: machine, PAGETURNER_USR: join(machine, "usr") };
    const { status, stdout, stderr } = spawnSync(join(bin, "bash"), ["scripts/setup.sh", ...words, "--plan"], {
      cwd: project,
      env: environment,
      encoding: "utf8",
    });
    assert.ok(!existsSync(join(machine, "installed")), "a plan installs nothing");
    return { status, out: stdout, noise: stderr };
  } finally {
    rmSync(machine, { recursive: true });
  }
}

const debian13 = {
  gcc: "4:14.2.0-1",
  "libc6-dev": "2.41-12",
  nodejs: "20.19.2+dfsg-1",
  npm: "9.2.0~ds1-3",
  rustc: "1.85.1+dfsg1-1",
  cargo: "1.85.1+dfsg1-1",
  "rustc-web": "1.96.0+dfsg1-1~deb13u1+b1",
  "cargo-web": "1.96.0+dfsg1-1~deb13u1+b1",
  "rust-web-src": "1.96.0+dfsg1-1~deb13u1",
  "lld-19": "1:19.1.7",
  "lld-22": "1:22.1.8-1~deb13u5",
  rustup: "1.27.1-3+b1",
  "rustfmt-web": "1.96.0",
  "rust-web-clippy": "1.96.0",
  chromium: "150.0",
  "chromium-driver": "150.0",
  "python3-venv": "3.13.5-1",
};
const node = { node: "v20.19.2", npm: "9.2.0" };

test("a bare Debian 13 gets everything from apt, Rust for native builds among it", () => {
  const { status, out } = plan({ packages: debian13 });
  assert.equal(status, 0, out);
  assert.match(out, /^== plan: apt-get install gcc libc6-dev rustc-web cargo-web rust-web-src lld-22$/m);
  assert.match(out, /^== plan: apt-get install nodejs npm \(while the next steps compile\)$/m);
  assert.match(out, /^== plan: scripts\/wasm-std\.sh$/m);
  assert.doesNotMatch(out, /cargo install/, "serving needs neither wasm-pack nor the test runner");
});

test("make test's plan on it adds linters, browser, wasm-pack and the runner that it wants, and the spelling checker", () => {
  const { status, out } = plan({ packages: debian13 }, "test");
  assert.equal(status, 0, out);
  assert.match(out, /^== plan: apt-get install .* rustfmt-web rust-web-clippy$/m);
  assert.match(out, /^== plan: apt-get install nodejs npm chromium chromium-driver python3-venv /m);
  assert.match(out, /^== plan: scripts\/spell\.sh --install$/m);
  assert.match(out, /^== plan: cargo install wasm-pack$/m);
  const lock = readFileSync(join(project, "Cargo.lock"), "utf8");
  const version = lock.match(/name = "wasm-bindgen"\nversion = "(.*)"/)?.[1];
  assert.match(out, new RegExp(`^== plan: cargo install wasm-bindgen-cli --version ${version} `, "m"));
});

test("the command line alone needs no Node.js and no WebAssembly", () => {
  const { status, out } = plan({ packages: debian13 }, "cli");
  assert.equal(status, 0, out);
  assert.equal(out, "== plan: apt-get install gcc libc6-dev rustc-web cargo-web\n");
});

test("a testing Debian has new Rust and its WebAssembly std as packages", () => {
  const packages = { ...debian13, rustc: "1.97.1+dfsg1-1", cargo: "1.97.1", "libstd-rust-dev-wasm32": "1.97.1" };
  for (const name of ["rustc-web", "cargo-web", "rust-web-src"]) delete packages[name];
  assert.match(plan({ packages }).out, /apt-get install gcc libc6-dev rustc cargo libstd-rust-dev-wasm32 lld-22$/m);
});

test("where Debian's Rust is too old, rustup is installed", () => {
  const packages = { ...debian13, "rustc-web": "1.85.0" };
  const { out } = plan({ packages });
  assert.match(out, /^== plan: apt-get install gcc libc6-dev rustup$/m);
  assert.match(out, /plan: rustup toolchain install stable.*\n.*plan: rustup target add wasm32-unknown-unknown$/m);
});

test("a Node.js that is too old is said before anything is installed", () => {
  const { status, out } = plan({ packages: { ...debian13, nodejs: "18.20.4+dfsg-1" } });
  assert.equal(status, 1);
  assert.match(out, /can't install these, so it has not begun/);
  assert.match(out, /Node\.js 20\.19 or later with npm \(here: 18\.20\.4\)\n +nvm install 22/);
  assert.doesNotMatch(out, /plan:|Rust/);
});

test("a Rust that is too old is left to its owner, whether rustup's or Debian's", () => {
  const rustup = plan({
    programs: { ...node, cc: "14", cargo: "1.80.0", rustc: "1.80.0", rustup: "1.28" },
    packages: debian13,
  });
  assert.equal(rustup.status, 1);
  assert.match(rustup.out, /Rust 1\.\d+ or later \(here: 1\.80\.0\)\n +rustup update stable/);
  const clash = ["rustc-web", "cargo-web", "rustup"];
  const debian = plan({ programs: { ...node, cc: "14", cargo: "1.85.1", rustc: "1.85.1" }, packages: debian13, clash });
  assert.equal(debian.status, 1);
  assert.match(debian.out, /Rust 1\.\d+ or later \(here: 1\.85\.1\)\n +sudo apt-get remove rustc cargo/);
});

test("with a normal rustup only the WebAssembly target is added, or nothing", () => {
  const programs = { ...node, cc: "14", cargo: "1.99.1", rustc: "1.99.1", rustup: "1.28" };
  assert.match(plan({ programs }).out, /^== plan: rustup target add wasm32-unknown-unknown$/m);
  assert.equal(plan({ programs, std: true }).out, "== plan: nothing, everything is in place\n");
});

test("without apt everything that is missing is named at once, each with a command", () => {
  const { status, out } = plan({});
  assert.equal(status, 1);
  assert.deepEqual(
    [...out.matchAll(/^ {2}- (.*)$/gm)].map((match) => match[1].replace(/[\d.]+ or later/, "N")),
    ["a C compiler, which Rust links with", "Rust N", "Node.js N with npm (here: none)", "a Rust std for WebAssembly"],
  );
});

test("an unknown word is answered with how to use it", () => {
  assert.throws(() => execFileSync("scripts/setup.sh", ["--plam"], { cwd: project, stdio: "pipe" }), { status: 2 });
});
