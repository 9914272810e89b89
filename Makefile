# `make` says what there is. PKG chooses packages: make test PKG=./emulator/internal/bank
PKG ?= ./...

.DEFAULT_GOAL := help
.PHONY: help build test race lint cover fuzz bench load load-peers weights soak

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## the command, as ./localsepay
	CGO_ENABLED=0 go build -trimpath -o localsepay ./cmd/localsepay

test: ## every test
	go test -timeout 20m $(PKG)

race: ## every test with the race detector
	go test -race -timeout 30m $(PKG)

lint: ## format, vet, staticcheck and the other linters of .golangci.yml, and go.mod
	.ci/lint $(PKG)

cover: ## coverage by package: of its own tests, and of all
	.ci/cover $(PKG)

fuzz: ## every fuzz target for 5 minutes, or FUZZTIME (1000x: by count)
	FUZZTIME=$${FUZZTIME:-5m} .ci/fuzz $(filter-out ./...,$(PKG))

bench: ## benchmarks; BENCH=Request, COUNT=6 and PKG=./emulator choose (BENCHMARKS.md)
	go test -run '^$$' -bench '$(or $(BENCH),.)' -benchmem -count $(or $(COUNT),1) -timeout 60m $(PKG)

load: ## the built binary from outside, beside a bare server; ARGS='--only v2 --rounds 9' (BENCHMARKS.md)
	go run ./cmd/load $(ARGS)

load-peers: ## rows that other emulators have too, and theirs; installs them into the user's cache
	go run ./cmd/load --peers --only 'detail|list|token$$|cold start|memory, idle' $(ARGS)

weights: ## what each module adds to the command, by building it without; WORDS='expr kong' chooses (BENCHMARKS.md)
	go run ./cmd/weigh $(WORDS)

soak: ## what takes more than a minute: load, memory, days of traffic
	LOCALSEPAY_SOAK=1 go test -run Soak -timeout 60m -v ./emulator
