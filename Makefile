# `make serve` to look at it, `make cli` for the terminal, `make test` to check everything: each first installs what is
# missing.
# The WebAssembly build keeps its own target directory, target-wasm: see scripts/wasm-env.sh.
# Where cargo installs programs: Debian's cargo does not put it into the search path.
export PATH := $(PATH):$(or $(CARGO_HOME),$(HOME)/.cargo)/bin
.PHONY: serve cli test check bench bench-sweep pictures dist fuzz mutants setup setup-test wasm page clean

serve: page
	npm --prefix www run --silent serve

# A link: what `cargo build` makes anew later is what it starts.
cli:
	scripts/setup.sh cli
	cargo build --release -p pageturner --features cli
	ln -sf "$${CARGO_TARGET_DIR:-target}/release/pageturner" pageturner
	@echo "== ./pageturner is built: ./pageturner --help says what it can do"

test:
	scripts/test.sh

# TypeScript reads the types that the WebAssembly build writes, so that build comes before tsc.
check: setup-test
	scripts/spell.sh
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --all-features -- -D warnings
	scripts/wasm.sh clippy
	scripts/wasm.sh build
	npm --prefix www run check

bench: setup-test page
	cargo bench -p pageturner-tests --bench figures
	node tests/browser-bench/run.mjs
	node tests/browser-bench/arrival.mjs
	node tests/browser-bench/limits.mjs
	node tests/browser-bench/references.mjs
	node tests/browser-bench/stepping.mjs

# docs/sweep.md: many machines against libCacheSim, which is installed beside the script.
bench-sweep: cli
	python3 tests/bench-peers/sweep.py ./pageturner

# docs/lessons.md: the lessons' key moments, as the page shows them.
pictures: setup-test page
	node tests/e2e/lesson-pictures.mjs

dist: page
	scripts/dist.sh

fuzz:
	scripts/fuzz.sh

mutants:
	scripts/mutants.sh

setup:
	scripts/setup.sh

setup-test:
	scripts/setup.sh test

wasm: setup
	scripts/wasm.sh build

page: wasm
	npm --prefix www run build

clean:
	rm -rf target target-wasm target-tools target-mutants www/pkg www/dist dist pageturner
