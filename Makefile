# make demo      the whole path on real data        make install PREFIX=...   programs, devices/, profiles/
# make test      everything that must hold          make bench                figures beside other programs
# make setup     only what the build needs          make format               the house style
PREFIX ?= /usr/local

.PHONY: all setup build test demo bench soak install format

all: build

setup:
	@.ci/setup

build: setup
	@. .ci/environment && swift build

test:
	@.ci/test

demo:
	@.ci/demo

bench: setup
	@. .ci/environment && Benchmarks/run

soak: setup
	@.ci/soak

install:
	@.ci/install "$(PREFIX)"

format:
	@swift format format -i -r --configuration .swift-format Sources Tests Package.swift
