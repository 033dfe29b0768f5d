# What a new user needs: make demo, make demo-down, make test.
SHELL := bash
LAB := e2e/lab

.PHONY: demo demo-down

# Three clouds on this machine, joined by Weft; needs root.
demo:
	@e2e/tools/packages.sh
	@$(LAB) up three-clouds

demo-down:
	@$(LAB) down
