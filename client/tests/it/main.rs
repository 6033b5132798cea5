//! The client against scripted servers: what is received and when is said line by line, and a
//! round trip is the barrier. No test sleeps.
#![expect(clippy::unwrap_used, reason = "what fails in a test may panic, in its helpers too")]

mod account;
mod blocking;
mod captured;
mod closing;
mod corpora;
mod deadline;
mod dropped_turns;
mod dropping;
mod examples;
mod failure_modes;
mod goal;
mod guard;
mod handles;
mod hostile;
mod initialize;
mod inputs;
mod interrupt;
mod lazy;
mod load;
mod observing;
mod pages;
mod presets;
#[cfg(unix)]
mod process;
#[cfg(windows)]
mod process_windows;
mod promise;
mod python_sdk;
mod reentrant;
mod result;
mod retry;
mod routing;
mod script;
mod secrets;
mod served;
mod server_request;
#[cfg(unix)]
mod shell;
mod steer;
#[cfg(feature = "schema")]
mod structured;
mod supervisor;
#[cfg(feature = "testing")]
mod testing;
mod threads;
#[cfg(all(feature = "schema", feature = "experimental"))]
mod tools;
mod unnamed;
mod versions;
