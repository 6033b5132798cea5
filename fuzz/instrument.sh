#!/bin/sh
# A RUSTC_WRAPPER: instruments the crates of this repository and none of their dependencies, whose branches
# say little about the code under test and slow each execution down.
case "$CARGO_PKG_NAME" in
codex-app-*)
    exec "$@" -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
        -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table
    ;;
*) exec "$@" ;;
esac
