//! `decode`: what to measure.

use codex_app_benchmarks::decode;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    match std::env::args().nth(1).as_deref() {
        Some("decode") => decode::main(),
        _ => return Err("say what to measure: decode".into()),
    }
    Ok(())
}
