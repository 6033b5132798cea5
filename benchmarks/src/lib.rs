//! Measures this project beside others of its kind, and prints Markdown. What is compared is measured
//! in turn in one run.

pub mod decode;
