# The same names here and in CI. `make` alone lists them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# rustup's own place, for shells that have not read its profile.
export PATH := $(PATH):$(HOME)/.cargo/bin

GUANJIA := $(or $(CARGO_TARGET_DIR),target)/debug/guanjia
SUBMAKE := $(MAKE) --no-print-directory

# ---- start it ------------------------------------------------------------------------------------

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

.PHONY: run
run: program ## build, load a demo company if the database is empty, and serve
	@$(GUANJIA) demo --if-empty
	@exec $(GUANJIA) serve

.PHONY: dev
dev: export RUST_LOG ?= info,guanjia=debug
dev: run ## the same, and the log tells what happens (RUST_LOG changes how much)

# ---- test it -------------------------------------------------------------------------------------

# To add a suite: write its target, name it here.
SUITES := test-sqlite test-postgres test-clients test-door test-schema

# A developer's own settings must not decide what is tested.
CLEAN := env -u DATABASE_URL -u REDIS_URL -u GUANJIA_TEST_DATABASE_URL -u GUANJIA_TEST_REDIS_URL

.PHONY: test
test: test-programs ## all tests: on SQLite, on PostgreSQL and Redis (private ones, stopped afterwards), by real clients
	@$(SUBMAKE) --jobs=1 --keep-going $(SUITES)

.PHONY: test-sqlite
test-sqlite: test-programs ## unit tests of all crates, and the scenarios on SQLite
	@echo "== everything, on SQLite"
	@$(CLEAN) cargo test --workspace --no-fail-fast

# `--workspace`, so that cargo resolves the same features as above and builds nothing anew.
.PHONY: test-postgres
test-postgres: test-programs ## the scenarios on PostgreSQL and Redis
	@echo "== the scenarios, on PostgreSQL and Redis"
	@$(CLEAN) scripts/test-services -- cargo test --workspace --test all

.PHONY: test-clients
test-clients: test-programs ## real client libraries against the program, started with the demo company
	@echo "== real clients, against the program"
	@cd tests/clients && $(CLEAN) npm run --silent test:program

.PHONY: test-door
test-door: test-programs ## the same clients against the front with its own demo schema
	@echo "== real clients, against the front with its demo schema"
	@cd tests/clients && $(CLEAN) npm run --silent test:demo

.PHONY: test-schema
test-schema: tests/schema/node_modules/.package-lock.json ## schema.graphql: its style, what it broke, the phone's operations and their manifest
	@echo "== the schema and the phone's contract"
	@cd tests/schema && npm --silent test

# ---- measure it ----------------------------------------------------------------------------------

# Bench runs alone: cargo must not compile beside what is measured.
.PHONY: bench
bench: tools | explorer/dist ## measure against what the machine can do (release build; BENCH="--units 1000000 reading"), into docs/performance.md
	cargo build --release --package guanjia --package guanjia-bench
	@table=$$(mktemp) && trap 'rm -f "$$table"' EXIT && \
	scripts/test-services -- $(or $(CARGO_TARGET_DIR),target)/release/guanjia-bench $(BENCH) --page "$$table" && \
	scripts/write-between measured docs/performance.md "$$table"

.PHONY: fuzz
fuzz: ## break books in every way and read them, for MINUTES (60); what fails is kept in target/fuzz (FUZZ="--seed 7")
	cargo run --release --package guanjia-books --example fuzz -- --minutes $(or $(MINUTES),60) $(FUZZ)

# ---- check it ------------------------------------------------------------------------------------

.PHONY: check
check: tools | explorer/dist ## format, house rules, lints, docs, schema: what a review need not look for
	cargo fmt --all --check
	scripts/house-rules
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps
	cargo build
	@$(GUANJIA) schema | diff -u schema.graphql - || { echo 'schema.graphql is not what the program says: make schema'; exit 1; }

.PHONY: schema
schema: build ## write schema.graphql as the program has it
	@$(GUANJIA) schema >schema.graphql.new
	@mv schema.graphql.new schema.graphql

.PHONY: rights
rights: build ## write the table of rights into docs/authorization.md
	@scripts/write-between rights docs/authorization.md <($(GUANJIA) rights)

.PHONY: manifest
manifest: ## write mobile-contract/persisted-operations.json from the operations
	node mobile-contract/manifest.mjs

# ---- build it ------------------------------------------------------------------------------------

# cargo and npm each wait for other things, so they run side by side.
.PHONY: program
program: tools
	@$(SUBMAKE) --jobs=2 build explorer

.PHONY: test-programs
test-programs: tools
	@$(SUBMAKE) --jobs=2 build-tests explorer node-suites

.PHONY: build
build: | explorer/dist
	cargo build

# With `--bins`: the scenarios start the program itself. With `--examples`: cargo test builds them anyway, and test-door
# starts one.
.PHONY: build-tests
build-tests: | explorer/dist
	cargo build --workspace --bins --tests --examples

.PHONY: tools
tools:
	@scripts/need-tools

# ---- the explorer: GraphiQL, as three files that the program carries -----------------------------

.PHONY: explorer
explorer: explorer/dist/index.html ## the files of /explorer/, made anew when their sources changed
	@:

explorer/dist/index.html: explorer/node_modules/.package-lock.json explorer/build.mjs $(wildcard explorer/src/*)
	cd explorer && node build.mjs

# The program compiles with the folder empty; what is in it then decides what it serves.
explorer/dist:
	@mkdir -p $@

# ---- npm -----------------------------------------------------------------------------------------

.PHONY: node-suites
node-suites: tests/clients/node_modules/.package-lock.json tests/schema/node_modules/.package-lock.json
	@:

# Packages are installed again only when one of these files has changed.
%/node_modules/.package-lock.json: %/package.json %/package-lock.json %/.npmrc
	cd $* && npm ci --no-progress --loglevel=error
	@touch $@
