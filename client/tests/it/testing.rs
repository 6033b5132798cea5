//! The test kit, as users see it: what it lets pass, and what it does not.

mod recorder;
mod replay;
mod scenario;
mod scripted_server;
