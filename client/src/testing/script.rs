//! Which reply is used for which request to the mock model.

use std::fmt;
use std::sync::Arc;

use crate::testing::model_request::ModelRequest;
use crate::testing::reply::Reply;

type Matcher = dyn Fn(&ModelRequest) -> bool + Send + Sync;
type Answer = dyn Fn(&ModelRequest) -> Reply + Send + Sync;

/// The queued replies, and the reply to requests without one.
pub(crate) struct Script {
    queue: Vec<Entry>,
    answer: Arc<Answer>,
}

struct Entry {
    matcher: Option<Box<Matcher>>,
    reply: Reply,
}

/// The reply to a request.
pub(crate) enum Choice {
    /// A queued reply.
    Reply(Reply),
    /// A function that returns the reply, to be called without the lock.
    Ask(Arc<Answer>),
}

impl Script {
    /// Queues a reply, for any request or for those that match.
    pub(crate) fn push(&mut self, matcher: Option<Box<Matcher>>, reply: Reply) {
        self.queue.push(Entry { matcher, reply });
    }

    /// Sets the reply to requests without a queued one.
    pub(crate) fn reply_with(&mut self, answer: Arc<Answer>) {
        self.answer = answer;
    }

    /// How many replies are queued.
    pub(crate) fn n_queued(&self) -> usize {
        self.queue.len()
    }

    /// Takes the first reply that matches this request.
    pub(crate) fn choose(&mut self, request: &ModelRequest) -> Choice {
        let is_for = |entry: &Entry| entry.matcher.as_ref().is_none_or(|it| it(request));
        match self.queue.iter().position(is_for) {
            Some(index) => Choice::Reply(self.queue.remove(index).reply),
            None => Choice::Ask(Arc::clone(&self.answer)),
        }
    }
}

impl Default for Script {
    fn default() -> Self {
        Self { queue: Vec::new(), answer: Arc::new(echo) }
    }
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script").field("n_queued", &self.queue.len()).finish_non_exhaustive()
    }
}

fn echo(request: &ModelRequest) -> Reply {
    let text = request.last_user_text();
    Reply::streamed(["You said: ", &text]).phase("final_answer").into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::reply::Step;

    /// The text of the message that answers what the user said.
    fn answer(script: &mut Script, said: &str) -> String {
        let body = json!({ "input": [{ "role": "user", "content": said }] });
        let request = ModelRequest::new(Vec::new(), body);
        let reply = match script.choose(&request) {
            Choice::Reply(reply) => reply,
            Choice::Ask(answer) => answer(&request),
        };
        let Some(Step::Message(message)) = reply.steps.into_iter().next() else {
            panic!("not a message");
        };
        message.text
    }

    fn says(said: &'static str) -> Option<Box<Matcher>> {
        Some(Box::new(move |request| request.last_user_text().contains(said)))
    }

    #[test]
    fn replies_are_given_in_order_and_once() {
        let mut script = Script::default();
        script.push(None, Reply::message("1").into());
        script.push(None, Reply::message("2").into());
        assert_eq!(answer(&mut script, "a"), "1");
        assert_eq!(answer(&mut script, "a"), "2");
        assert_eq!(answer(&mut script, "a"), "You said: a");
        assert_eq!(script.n_queued(), 0);
    }

    #[test]
    fn a_reply_with_a_matcher_is_kept_for_whom_it_is_for() {
        let mut script = Script::default();
        script.push(says("b"), Reply::message("for b").into());
        script.push(None, Reply::message("for any").into());
        script.push(says("b"), Reply::message("for b again").into());
        assert_eq!(answer(&mut script, "a"), "for any");
        assert_eq!(answer(&mut script, "a"), "You said: a");
        assert_eq!(answer(&mut script, "b"), "for b");
        assert_eq!(answer(&mut script, "b"), "for b again");
    }

    #[test]
    fn what_nothing_is_queued_for_is_answered_as_one_likes() {
        let mut script = Script::default();
        script.reply_with(Arc::new(|_| Reply::message("no").into()));
        script.push(says("b"), Reply::message("yes").into());
        assert_eq!(answer(&mut script, "a"), "no");
        assert_eq!(answer(&mut script, "b"), "yes");
    }
}
