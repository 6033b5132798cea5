//! `decode`, `turn` or `weight`: what to measure.

use codex_app_benchmarks::{Failure, decode, turn, weight};

fn main() -> Result<(), Failure> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.first().map(String::as_str) {
        Some("decode") => decode::main(),
        Some("turn") => turn::main(args.get(1).map(String::as_str))?,
        Some("weight") => weight::main()?,
        _ => return Err("say what to measure: decode, turn or weight".into()),
    }
    Ok(())
}
