# What .ci/run does, in parts.

.PHONY: test lint fuzz soak

test: ## every test
	go test ./...

lint: ## format, vet, staticcheck, tidy
	test -z "$$(git ls-files '*.go' | xargs gofmt -l)"
	go vet ./...
	go tool staticcheck ./...
	go mod tidy -diff

fuzz: ## every fuzz target, five minutes each or FUZZTIME
	@grep -l '^func Fuzz' $$(git ls-files '*_test.go') | xargs -n1 dirname | sort -u | while read -r dir; do \
		for target in $$(grep -ho '^func Fuzz[A-Za-z0-9_]*' $$dir/*_test.go | sed 's/func //'); do \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $${FUZZTIME:-5m} ./$$dir || exit 1; \
		done || exit 1; \
	done

soak: ## what takes more than a minute: load, memory, days of traffic
	LOCALSEPAY_SOAK=1 go test -run Soak -timeout 60m -v ./emulator
