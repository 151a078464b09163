# Everything a developer or a pipeline runs. `make help` lists it.

GO        ?= go
GOLANGCI  := v2.11.4
FUZZTIME  ?= 30s
KILLS     ?= 5
STRESS    ?= 10
FILE      ?= internal/importer/testdata/servicenow-cut.csv.gz
PACKAGES  := ./...

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: build postgres ## Build and serve, with an embedded event store and a private Postgres in ./data
	bin/docket serve

.PHONY: build
build: ## Build bin/docket
	$(GO) build -o bin/docket ./cmd/docket

.PHONY: postgres
postgres: ## Install PostgreSQL's server where it is missing (as root on Debian; else prints the line)
	@.ci/postgres

.PHONY: test
test: postgres ## Run all tests on the real parts, race detector on
	$(GO) test -race -timeout 25m $(PACKAGES)
	$(GO) test -run TestEveryCommandInEveryState ./commands

.PHONY: check
check: fmt-check vet lint arch verify ## Everything but the tests: format, vet, lint, directions, generated files

.PHONY: fmt
fmt: ## Format all Go files
	gofmt -w .

.PHONY: fmt-check
fmt-check:
	@bad=$$(gofmt -l .); if [ -n "$$bad" ]; then echo "not formatted (make fmt):"; echo "$$bad"; exit 1; fi

.PHONY: vet
vet:
	$(GO) vet $(PACKAGES)

.PHONY: lint
lint: bin/golangci-lint-$(GOLANGCI) ## Run golangci-lint, built into bin/ at a fixed version
	bin/golangci-lint-$(GOLANGCI) run $(PACKAGES)

bin/golangci-lint-$(GOLANGCI):
	GOBIN=$(CURDIR)/bin $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI)
	mv bin/golangci-lint $@

.PHONY: arch
arch: ## Check the directions between packages, their size and their comments
	$(GO) test ./internal/archtest

.PHONY: conformance
conformance: ## Run the official client's own tests against the embedded event store
	$(GO) run ./internal/eventstore/embedded/conformance

.PHONY: conformance-node
conformance-node: ## The same with the Node.js client (needs node, and npm's registry once)
	$(GO) run ./internal/eventstore/embedded/conformance/node

.PHONY: crash
crash: ## Kill the event store 200 times under load and look for every acknowledged event
	EVENTSTORE_CRASH_KILLS=200 $(GO) test ./internal/eventstore/embedded -run 'TestCrash' -count 1 -timeout 10m -v

.PHONY: stress
stress: ## Run Watermill's suite STRESS (10) times at once against the adapter
	PUBSUB_STRESS=1 STRESS_TEST_COUNT=$(STRESS) $(GO) test ./internal/eventstore/pubsub -run Stress -count 1 -timeout 1h

.PHONY: generate
generate: ## Write the documentation that is derived from the code
	$(GO) run ./internal/docgen

.PHONY: verify
verify: generate ## Check that the derived documentation is up to date
	@git diff --exit-code -- docs/generated || { echo "docs/generated is out of date: run make generate and commit"; exit 1; }

.PHONY: realdata
realdata: build postgres ## Import a log (FILE=…, else the shipped cut) from nothing and compare every figure
	$(GO) run ./internal/rehearsal -file $(FILE)

.PHONY: crash-import
crash-import: build postgres ## The same through KILLS (5) kills of the service
	$(GO) run ./internal/rehearsal -kills $(KILLS) -file $(FILE)

.PHONY: bench
bench: build postgres ## Measure the service and the ceilings it stands on
	bin/docket bench

.PHONY: fuzz
fuzz: ## Run every fuzz test for FUZZTIME (30s), one on each processor
	$(GO) run ./internal/fuzzing -time $(FUZZTIME) $(PACKAGES)

.PHONY: clean
clean: ## Remove what was built; data stays
	rm -rf bin
