//! How much each crate allocates for a line, counted exactly. A program of its own: counting takes
//! time, which would show in the other figures.

use std::alloc::System;

use codex_app_benchmarks::decode;
use codex_app_benchmarks::decode::decoders::DECODERS;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    let lines = decode::lines();
    println!("{} lines; the line itself is there already\n", lines.len());
    println!("| | allocations a message | reallocations | bytes |");
    println!("|---|--:|--:|--:|");
    for decoder in DECODERS {
        let lines = lines.clone();
        let n_lines = lines.len() as f64;
        let region = Region::new(ALLOCATOR);
        for line in lines {
            (decoder.decode)(line);
        }
        let change = region.change();
        println!(
            "| {} | {:.1} | {:.1} | {:.0} |",
            decoder.name,
            change.allocations as f64 / n_lines,
            change.reallocations as f64 / n_lines,
            change.bytes_allocated as f64 / n_lines,
        );
    }
}
