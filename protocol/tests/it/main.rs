//! What the crate promises of its messages, checked against the schema and against recordings of
//! the server.

#![expect(clippy::print_stdout, reason = "the tests print their figures")]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod arbitrary;
mod codec;
mod coverage;
mod envelope;
#[cfg(feature = "experimental")]
mod experimental_requests;
mod failures;
mod full;
mod invented;
mod known;
mod lines;
mod missing;
mod notifications;
mod params;
mod recording;
mod releases;
mod requests;
mod routing;
mod sample;
mod schema;
mod secrets;
mod server_requests;
mod shape;
mod site;
mod size;
mod subject;
mod tables;
mod traces;
