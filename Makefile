# Requires rustup, Node 20.19 or newer with npm, and make; everything else is installed on first use.
.DEFAULT_GOAL := help
.PHONY: help serve build install test lint demo bench bench-check bench-recorder fuzz soak clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: ## Build the app, serve it at http://127.0.0.1:8080 (PORT=…) and rebuild on change
	@scripts/serve.sh

build: ## Build the static files for a host into dist/
	@scripts/build.sh

install: ## Install the command replayscope, with the viewer in it
	@scripts/install.sh

test: ## Run every test: Rust, the test server, the recorder and the app in Chromium
	@scripts/test.sh

lint: ## Check formatting, lints, import directions and types
	@scripts/lint.sh

demo: ## Record the demo session again, into static/sessions/
	@scripts/demo.sh

bench: ## Measure the built app in Chromium (ARGS="--rows 100000 --messages 1000000 --runs 3")
	@scripts/bench.sh $(ARGS)

bench-check: ## Check that the bench takes every figure, with little data
	@scripts/bench.sh --rows 1000 --messages 1000 --runs 1

bench-recorder: ## Measure the overhead of the recorder in a page (ARGS="--runs 7")
	@scripts/bench-recorder.sh $(ARGS)

fuzz: ## Fuzz the library crates (SECONDS_EACH=600; TARGET=har for one target)
	@scripts/fuzz.sh

soak: ## Load a server, and kill servers while they record (ARGS="load --seconds 60"; about an hour)
	@scripts/soak.sh $(ARGS)

clean: ## Remove build output
	@rm -rf target dist fuzz/target recorder/dist end2end/test-results end2end/playwright-report
