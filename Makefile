# All commands of the project. CI calls only make. Nothing needs to be installed but Go, make and git; e2e also builds the
# real parts (API server, etcd, External Secrets Operator) from their Go modules and needs Chromium, which it installs on
# Debian as root; image needs Docker.

GO      ?= go
# Where the project lives: PROJECT_HOME, PROJECT_IMAGES, PROJECT_DOWNLOADS.
include project.env
VERSION  = $(shell hack/version)
LDFLAGS  = -s -w -X cloison.dev/cloison/internal/version.build=$(VERSION)
# Functions start anew for every build, and Go plugins, which only kustomize's library would load, make every start longer.
TAGS    := kustomize_disable_go_plugin_support
# The race detector needs a C compiler; without one the tests run all the same.
RACE    := $(if $(shell command -v gcc || command -v cc),-race)

.PHONY: help build test fuzz lint vuln generate verify image images demo e2e bench bench-sync clean release release-host push \
  kpt-catalog

help: ## Show the targets.
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

build: ## Build bin/cloison, and beside it what "cloison dev" and "cloison explain -o html" run, and the sync runtime.
	CGO_ENABLED=0 $(GO) build -trimpath -tags $(TAGS) -ldflags '$(LDFLAGS)' -o bin/ ./cmd/...

# Packages that do several things at a time. internal/architecture holds the list against their code.
CONCURRENT := bench fn internal/capture internal/cli internal/emulator internal/emulator/fault internal/emulator/iam \
  internal/emulator/iamapi internal/emulator/secretapi internal/load internal/objects internal/parallel \
  internal/resourcelist internal/scaleway internal/sync/controller internal/sync/fetch internal/sync/probe

# The race detector looks at what is concurrent; tests that it distorts or makes take minutes skip themselves with it. Then
# all tests run without it. How many mutations the proof noticed is printed.
test: bin/kustomize ## Run the tests, those of what is concurrent also with the race detector where a C compiler is found.
	$(GO) vet ./...
	$(if $(RACE),$(GO) test $(RACE) $(addprefix ./,$(CONCURRENT)))
	$(GO) test -skip Mutation ./...
	$(GO) test -run Mutation -v ./validators ./validators/rbac

# Without a bound Go spends its time on making large interesting inputs smaller, and runs a handful of them in a minute.
FUZZTIME ?= 1m
fuzz: ## Fuzz every target for FUZZTIME each.
	@for package in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz'); do \
	    echo "$$package $$target"; $(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$package || exit 1; \
	  done; \
	done

# The tests with Flux and Argo CD are compiled without cgo, as make e2e does.
lint: bin/golangci-lint bin/actionlint ## Run the linters of .golangci.yml, and actionlint on the workflows.
	bin/actionlint
	bin/golangci-lint run ./...
	cd e2e && ../bin/golangci-lint run --config ../.golangci.yml ./...
	cd tools/images && ../../bin/golangci-lint run --config ../../.golangci.yml ./...
	cd tools/release && ../../bin/golangci-lint run --config ../../.golangci.yml ./...
	cd tools/cloison-push && ../../bin/golangci-lint run --config ../../.golangci.yml ./...
	cd e2e/flux && CGO_ENABLED=0 ../../bin/golangci-lint run --config ../../.golangci.yml ./...
	cd e2e/argocd && CGO_ENABLED=0 ../../bin/golangci-lint run --config ../../.golangci.yml ./...
	cd e2e/page && CGO_ENABLED=0 ../../bin/golangci-lint run --config ../../.golangci.yml ./...

vuln: bin/govulncheck ## Look for known vulnerabilities. Needs the database at vuln.go.dev.
	@bin/govulncheck ./... || { status=$$?; \
	  [ $$status -eq 3 ] || echo "govulncheck: NOT RUN: see the error above; the database is probably out of reach"; exit $$status; }

generate: ## Write the generated files again.
	$(GO) generate ./...

verify: generate ## Fail when a generated file, a format or a go.mod is not as committed.
	$(GO) mod tidy -diff
	cd e2e && $(GO) mod tidy -diff
	cd tools/images && $(GO) mod tidy -diff
	cd tools/actionlint && $(GO) mod tidy -diff
	cd tools/release && $(GO) mod tidy -diff
	cd tools/cloison-push && $(GO) mod tidy -diff
	cd e2e/flux && $(GO) mod tidy -diff
	cd e2e/argocd && $(GO) mod tidy -diff
	cd e2e/page && $(GO) mod tidy -diff
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$unformatted" ] || { echo "not formatted: $$unformatted"; exit 1; }
	git diff --exit-code

IMAGE      ?= cloison:dev
SYNC_IMAGE ?= cloison-sync:dev
image: ## Build the container images of the function and of the sync runtime for this machine. Needs Docker.
	$(GO) -C tools/images run . -source ../.. -out ../../dist -roots -version '$(VERSION)'
	docker build --tag $(IMAGE) --target cloison --file Dockerfile dist/image
	docker build --tag $(SYNC_IMAGE) --target cloison-sync --file Dockerfile dist/image

# REPOSITORY is where the images will be pushed to. The function then names the image of the runtime there, by digest.
REPOSITORY ?= $(PROJECT_IMAGES)
images: ## Build the images for all architectures, as OCI layouts in dist/oci. Needs no Docker.
	$(GO) -C tools/images run . -source ../.. -out ../../dist -repository '$(REPOSITORY)' -home '$(PROJECT_HOME)' \
	  -version '$(VERSION)' -revision "$$(git rev-parse HEAD)"

# RELEASE_TARGETS are those of tools/release, or host.
RELEASE_TARGETS = linux/amd64,linux/arm64,darwin/amd64,darwin/arm64,windows/amd64,windows/arm64
release: ## Build a release for all systems into dist/release; a tag of the commit gives the version. See docs/release.md.
	$(GO) -C tools/release run . -version '$(VERSION)' -targets '$(RELEASE_TARGETS)' -home '$(PROJECT_HOME)' \
	  -repository '$(REPOSITORY)' -downloads '$(PROJECT_DOWNLOADS)'

release-host: RELEASE_TARGETS = host
release-host: release ## The same, for this machine's system only.

push: ## Push the images of dist/release to PROJECT_IMAGES, with the credentials of "docker login".
	$(GO) -C tools/images run ./push -release ../../dist/release

# Such as: make kpt-catalog EMAIL=team@example.com LICENSE=Apache-2.0
kpt-catalog: ## Write the entry for kpt's catalogue of functions to dist/kpt/metadata.yaml, with EMAIL and LICENSE.
	@mkdir -p dist/kpt
	@$(GO) run ./hack/kptcatalog -home '$(PROJECT_HOME)' -images '$(REPOSITORY)' -version '$(VERSION)' -email '$(EMAIL)' \
	  -license '$(LICENSE)' > dist/kpt/metadata.yaml || { rm dist/kpt/metadata.yaml; exit 1; }

demo: build bin/kustomize ## Check the Trackdéchets example against an emulated Scaleway, expand it with the real kustomize, fill its Secrets.
	@bin/cloison dev scaleway --seed examples/trackdechets/scaleway.yaml -- $(GO) run ./hack/demo

e2e: build bin/kustomize bin/cloison-push bin/actionlint release-host ## Run the output against the real API server, etcd, External Secrets Operator, kustomize and kpt.
	cd tools/images && $(GO) vet ./... && $(GO) test ./...
	cd tools/release && $(GO) vet ./... && $(GO) test -count=1 ./...
	cd tools/cloison-push && $(GO) vet ./... && $(GO) test ./...
	$(MAKE) -C e2e test

bench: build bin/kustomize ## Measure against a no-op function of the SDK and kustomize, in one run.
	$(GO) run ./bench $(ARGS)

# What differs between runs is in the arguments, such as ARGS='-quick' or ARGS='-sections idle,many'.
bench-sync: build ## Measure the sync runtime side by side with the operator, in one run of less than 25 minutes.
	$(MAKE) -C e2e bench ARGS='$(ARGS)'

clean: ## Remove what was built.
	rm -rf bin dist
	$(MAKE) -C e2e clean

# Pushes rendered manifests for Flux: a program of its own, since the client of registries would make the function start
# later.
bin/cloison-push: tools/cloison-push/go.mod $(wildcard tools/cloison-push/*.go)
	cd tools/cloison-push && CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o ../../$@ .

# Tools, each at the version that its own go.mod pins.
bin/kustomize: tools/kustomize/go.mod
	cd tools/kustomize && CGO_ENABLED=0 $(GO) build -trimpath -o ../../$@ sigs.k8s.io/kustomize/kustomize/v5
	@touch $@

bin/golangci-lint: tools/lint/go.mod
	cd tools/lint && $(GO) build -trimpath -o ../../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	@touch $@

bin/actionlint: tools/actionlint/go.mod
	cd tools/actionlint && $(GO) build -trimpath -o ../../$@ github.com/rhysd/actionlint/cmd/actionlint
	@touch $@

bin/govulncheck: tools/lint/go.mod
	cd tools/lint && $(GO) build -trimpath -o ../../$@ golang.org/x/vuln/cmd/govulncheck
	@touch $@
