//! The same behaviours over each transport, against the real app-server.
fn main() {}
