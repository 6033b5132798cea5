//! Signals to a server, by the process id that its client tells.

pub(crate) use rustix::process::Signal;
use rustix::process::{Pid, kill_process};

pub(crate) fn send(signal: Signal, process_id: Option<u32>) {
    let pid = Pid::from_raw(process_id.unwrap().try_into().unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}
