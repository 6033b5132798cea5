//! What `cargo xtask` does: files, processes and downloads.
//!
//! A library so that the commands can be called from tests. Nothing here knows what a schema means:
//! that is `codex-app-codegen`'s.

pub mod api;
pub mod codegen;
pub mod compat;
pub mod console;
mod context;
pub mod demo;
mod file;
mod marked;
mod process;
pub mod schema;
mod server;
pub mod stats;
pub mod test;
mod verdict;
mod version;

pub use crate::codegen::Folders;
pub use crate::context::Context;
pub use crate::server::Source;
pub use crate::verdict::Verdict;
pub use crate::version::{InvalidVersion, Version};
