//! What is fuzzed: functions of bytes that panic if something is wrong. They are also run by the
//! tests of the client, on what was found before.

pub mod decode;
pub mod generator;
pub mod slices;
pub mod wire;

// With the system's, a quarter of the generator's time was the allocator's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
