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

# To add a suite (say, the clients of tests/clients under node): write its target, name it here.
SUITES := test-sqlite test-postgres

# A developer's own settings must not decide what is tested.
CLEAN := env -u DATABASE_URL -u REDIS_URL -u GUANJIA_TEST_DATABASE_URL -u GUANJIA_TEST_REDIS_URL

.PHONY: test
test: test-programs ## all tests: on SQLite, then on PostgreSQL and Redis (private ones, stopped afterwards)
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

# ---- build it ------------------------------------------------------------------------------------

# cargo and npm each wait for other things, so they run side by side.
.PHONY: program
program: tools
	@$(SUBMAKE) --jobs=2 build explorer

.PHONY: test-programs
test-programs: tools
	@$(SUBMAKE) --jobs=2 build-tests explorer

.PHONY: build
build: | explorer/dist
	cargo build

# With `--bins`: the scenarios start the program itself.
.PHONY: build-tests
build-tests: | explorer/dist
	cargo build --workspace --bins --tests

.PHONY: tools
tools:
	@scripts/need-tools

# ---- the explorer: GraphiQL, as three files that the program carries -----------------------------

.PHONY: explorer
explorer: explorer/dist/index.html ## the files of /explorer/, made anew when their sources changed
	@:

explorer/dist/index.html: explorer/node_modules/.package-lock.json explorer/build.mjs $(wildcard explorer/src/*)
	cd explorer && node build.mjs

explorer/node_modules/.package-lock.json: explorer/package.json explorer/package-lock.json explorer/.npmrc
	cd explorer && npm ci --no-progress --loglevel=error
	@touch $@

# The program compiles with the folder empty; what is in it then decides what it serves.
explorer/dist:
	@mkdir -p $@
