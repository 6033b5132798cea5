//! A connection that lives for days: whatever came and went on it leaves nothing on the heap, counted
//! byte by byte. In a process of its own, where nobody else allocates.
#![expect(clippy::unwrap_used, reason = "what fails in a test may panic, in its helpers too")]

#[path = "../it/script.rs"]
#[expect(dead_code, reason = "shared with the other tests of the client")]
mod script;

mod connections;
mod requests;
mod turns;

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// After so many times all is allocated that is kept for the next time.
const WARM_UP: u64 = 300;
const N_TIMES: u64 = 1000;
/// What may be left in all, less than a byte each time: a buffer that was a bit short before.
const MOST_LEFT: i64 = 999;

/// Bytes on the heap.
fn live() -> i64 {
    let stats = ALLOCATOR.stats();
    i64::try_from(stats.bytes_allocated).unwrap() - i64::try_from(stats.bytes_deallocated).unwrap()
}

/// Does this again and again, each time with a number of its own, and looks at what is left.
async fn leaves_nothing(what: &str, mut deed: impl AsyncFnMut(u64)) {
    for n in 0..WARM_UP {
        deed(n).await;
    }
    let before = live();
    for n in WARM_UP..WARM_UP + N_TIMES {
        deed(n).await;
    }
    let left = live() - before;
    assert!(left <= MOST_LEFT, "{what}: {left} bytes are left of {N_TIMES} times");
}

/// An id that was not used before. All are of one length.
fn id(kind: char, n: u64) -> String {
    format!("{kind}{n:08}")
}

/// One after the other: there is one heap.
#[tokio::test(start_paused = true)]
async fn what_came_and_went_leaves_nothing() {
    turns::leave_nothing().await;
    requests::leave_nothing().await;
    connections::leave_nothing().await;
}
