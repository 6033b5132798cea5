//! Measures this project beside others of its kind, and prints Markdown. What is compared is measured
//! in turn in one run.

pub mod decode;
pub mod turn;
pub mod weight;

/// Why there are no figures.
pub type Failure = Box<dyn std::error::Error>;
