//! A consumer of the events of a turn, a thread or the connection, and the events that it must
//! receive.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::truth::{Stage, Truth};
use crate::error::Error;
use crate::router::Scope;
use crate::router::phase::{Phase, Progress};
use crate::router::queue::{Entry, Queue};

/// What somebody follows.
#[derive(Debug)]
pub(super) enum What {
    Turn { turn: usize, phase: Arc<Progress>, interrupt: bool },
    Thread(usize),
    Connection,
}

/// Somebody who follows something.
#[derive(Debug)]
pub(super) struct Consumer {
    pub(super) id: u64,
    pub(super) scope: Scope,
    pub(super) what: What,
    /// The first that is owed.
    pub(super) since: usize,
    pub(super) queue: Arc<Queue>,
    pub(super) got: Vec<usize>,
    pub(super) end: Option<Option<Error>>,
    pub(super) is_dropped: bool,
}

impl Consumer {
    /// Takes what waits.
    pub(super) fn read(&mut self) {
        loop {
            match self.queue.poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Pending => return,
                Poll::Ready(Some(Ok(Entry::Line(line)))) => {
                    assert!(self.end.is_none(), "an event after the end: {line}");
                    self.got.extend(numbers(&line));
                }
                Poll::Ready(Some(Ok(_))) => {}
                Poll::Ready(Some(Err(error))) => {
                    assert!(self.end.is_none(), "two ends");
                    self.end = Some(Some(error));
                }
                Poll::Ready(None) => {
                    self.end.get_or_insert(None);
                    return;
                }
            }
        }
    }

    /// Compares what was got with what was told.
    pub(super) fn check(&self, truth: &Truth) {
        match &self.what {
            What::Turn { turn, phase, .. } => {
                let owed = truth.told_since(self.since, |it| it.turn == Some(*turn));
                assert_eq!(self.got, owed, "{self:?}");
                self.check_end(truth, *turn, phase.get());
            }
            What::Thread(thread) => {
                assert_eq!(self.got, truth.told_since(self.since, |it| it.thread == *thread));
                assert_eq!(self.end.is_some(), truth.is_closed, "{self:?}");
            }
            // What it is owed depends on all others: that is checked for all of them together.
            What::Connection => assert_eq!(self.end.is_some(), truth.is_closed, "{self:?}"),
        }
    }

    fn check_end(&self, truth: &Truth, turn: usize, phase: Phase) {
        let turn = &truth.turns[turn];
        let is_lost = truth.is_closed || truth.closed_threads.contains(&turn.thread);
        let expected = match turn.stage {
            _ if is_lost => Phase::Ended,
            Stage::Promised => Phase::Pending,
            Stage::Running => Phase::Started,
            Stage::Over => Phase::Ended,
        };
        assert_eq!(phase, expected, "{self:?}");
        match &self.end {
            None => assert!(phase != Phase::Ended, "no end: {self:?}"),
            Some(None) => assert!(turn.stage == Stage::Over, "{self:?}"),
            Some(Some(Error::Closed(_))) => assert!(truth.is_closed),
            Some(Some(Error::ThreadClosed { .. })) => {
                assert!(truth.closed_threads.contains(&turn.thread));
            }
            Some(Some(error)) => panic!("{error}"),
        }
    }
}

/// The numbers in a line: `<7>`. Joined deltas have several.
fn numbers(line: &str) -> impl Iterator<Item = usize> {
    line.split('<').skip(1).map(|it| it.split('>').next().unwrap().parse().unwrap())
}
