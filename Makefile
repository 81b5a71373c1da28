# Maven itself runs on JDK 25 here, so that the format check can parse the sources; plain `mvn`
# under Java 17 or newer works too and finds JDK 25 through the toolchain plugin.
export JAVA_HOME := $(shell ./scripts/java-home)
MVN := $(if $(shell command -v mvn),mvn,./mvnw) -B
# Where `make setup` puts Go if the machine has an old one. Distributions switch off that Go fetches what a
# module asks for.
export PATH := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/ecs-operator/go/bin:$(PATH)
export GOTOOLCHAIN ?= auto
TAG ?= $(shell sed -n 's#^  <version>\(.*\)</version>#\1#p' pom.xml)

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Install what `make demo` and `make test` need and this machine lacks
	@./scripts/requirements --install test

.PHONY: build
build: ## Build the jars, without tests
	$(MVN) -q -DskipTests package

.PHONY: demo
demo: ## Run everything on this machine and apply the quickstart; ONCE=1 ends when all objects are Ready
	@./scripts/requirements demo
	@./scripts/demo $(if $(ONCE),--once)

.PHONY: test
test: ## Run all tests, those against a real Kubernetes API server included
	@./scripts/requirements test
	@# Two modules at a time: while the tests of one wait, those of another use the processors.
	$(MVN) -T 2 verify

.PHONY: image
image: ## Build the images ecs-operator and local-ecs; TAG= and BUILD_IMAGE= for others than the defaults
	@TAG='$(TAG)' BUILD_IMAGE='$(BUILD_IMAGE)' ./scripts/image

.PHONY: image-test
image-test: image ## Build the images and test them in Docker
	$(MVN) test -pl e2e -am -Dtest='ImageTest' -Dsurefire.failIfNoSpecifiedTests=false -Dimage.tag=$(TAG)

.PHONY: bench
bench: ## Measure, and write the tables to docs/benchmarks.md; CASE=local-ecs and SIZE=10 choose
	$(MVN) -q -Dmaven.test.skip -pl benchmarks -am package
	$(JAVA_HOME)/bin/java -jar benchmarks/target/benchmarks.jar $(CASE) $(if $(SIZE),--size $(SIZE))

.PHONY: soak
soak: ## Half an hour of faults, 10,000 hostile objects, a minute of attacks on the Lease, 500 cuts of all watches, an hour of fuzzing; SECONDS=, SERVICES=, OBJECTS=, LEASE_SECONDS=, CUTS=, FUZZ= (seeds), SEED= and FUZZ_SECONDS= for others
	$(MVN) verify -pl e2e -am -Dtest=SoakTest -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dsoak.seconds=$(or $(SECONDS),1800) -Dsoak.services=$(or $(SERVICES),100)
	$(MVN) verify -pl e2e -am -Dtest='HostileObjectTest,LeaderElectionTest,InformerTest' -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dhostile.objects=$(or $(OBJECTS),10000) -Dlease.seconds=$(or $(LEASE_SECONDS),60) \
	  -Decsoperator.cuts=$(or $(CUTS),500)
	$(MVN) verify -pl operator -am -Dtest='Fuzzed*Test' -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dfuzz.runs=$(or $(FUZZ),20000) -Dfuzz.seed=$(or $(SEED),100000) -Dfuzz.seconds=$(or $(FUZZ_SECONDS),900)
	$(MVN) test -pl operator -am -Dtest=SimulationTest -Dsurefire.failIfNoSpecifiedTests=false \
	  -Dsimulation.runs=$(or $(SIMULATIONS),1000000) -Dsimulation.seed=$(or $(SEED),100000)

.PHONY: control-plane
control-plane: ## Build the Kubernetes API server that tests and demo run, and Helm for tests, ahead of time
	@$(JAVA_HOME)/bin/java control-plane/src/main/java/io/ecsoperator/controlplane/BuildControlPlane.java control-plane/kubernetes control-plane/helm

.PHONY: manifests
manifests: ## Generate the CRD manifests again, and copy them into the chart
	$(MVN) -q -Pmanifests -pl crd-generator -am process-classes

.PHONY: chart-docs
chart-docs: ## Write the table of values in the chart's README again
	$(MVN) -q verify -pl e2e -am -Dtest=ChartTest -Dsurefire.failIfNoSpecifiedTests=false -Dchart.write-docs=true

.PHONY: alerts-test
alerts-test: ## Test the alerts of the chart; needs promtool
	@./scripts/alerts-test

.PHONY: install-yaml
install-yaml: ## Write target/install.yaml, for an installation without Helm; NAMESPACE= and VALUES= choose
	@mkdir -p target
	@./scripts/install-yaml $(or $(NAMESPACE),ecs-operator-system) $(VALUES) >target/install.yaml
	@echo target/install.yaml

.PHONY: release
release: ## Write jars, chart, manifests, SBOMs and checksums of a release to target/release; needs Helm
	@MVN='$(MVN)' ./scripts/release

.PHONY: format
format: ## Format the Java sources
	$(MVN) -q spotless:apply

.PHONY: clean
clean: ## Delete build output
	$(MVN) -q clean
