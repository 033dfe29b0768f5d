# What a new user needs: make demo, make demo-down, make test.
SHELL := bash
LAB := e2e/lab

.PHONY: demo demo-down test soak bench build images

# Three clouds on this machine, joined by Weft; needs root.
demo:
	@e2e/tools/packages.sh
	@$(LAB) up three-clouds

demo-down:
	@$(LAB) down

# Everything that can be tested here; closes with "N passed, N failed, N skipped".
test:
	@e2e/tools/test.sh

# What is too long for `make test`: a hundred killed agents, an API server that is away for ten minutes, the lab on another kernel.
soak:
	@e2e/tools/test.sh soak uml-lab uml-all

# Against the kernel's own tools, on this kernel and on one that has WireGuard; writes docs/performance.md.
bench:
	@bench/run

# Jars without tests and without Error Prone: `make test` on a fresh clone, and CI, compile with both.
build:
	@source e2e/tools/jdk.sh && mvn -q -B -Pquick -DskipTests -Dspotless.check.skip=true package && cli/aot

# Images of operator, agent and cli, without a Docker engine; into target/images.
images:
	@deploy/images/build
