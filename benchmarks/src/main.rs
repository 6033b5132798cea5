//! `decode` or `turn`: what to measure.

use codex_app_benchmarks::{Failure, decode, turn};

fn main() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.first().map(String::as_str) {
        Some("decode") => decode::main(),
        Some("turn") => turn::main(args.get(1).map(String::as_str))?,
        _ => return Err("say what to measure: decode or turn".into()),
    }
    Ok(())
}
