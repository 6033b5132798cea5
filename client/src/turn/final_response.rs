//! Selects the message of a turn that is its final response. It looks at completed items only,
//! never at deltas.

use codex_app_protocol::{AgentMessageDelivery, MessagePhase, ThreadItem};

/// Returns the final response among the completed items of a turn: the agent's answer to the input.
///
/// This is the last agent message with the phase `final_answer`. If there is none, it is the last
/// agent message without a phase. Otherwise the result is `None`. Messages of any other phase, such
/// as `commentary`, and messages that were delivered asynchronously are never the final response.
/// An empty text counts.
///
/// [`TurnResult::final_response`](crate::TurnResult::final_response) is already selected in this
/// way. Use this function for items from elsewhere, such as
/// [`Thread::items`](crate::Thread::items).
///
/// # Examples
///
/// ```
/// assert_eq!(codex_app_client::final_response(&[]), None);
/// ```
#[must_use]
pub fn final_response(items: &[ThreadItem]) -> Option<&str> {
    let messages = || {
        items.iter().rev().filter_map(|item| match item {
            ThreadItem::AgentMessage(message)
                if !matches!(message.delivery, Some(AgentMessageDelivery::Async)) =>
            {
                Some(message)
            }
            _ => None,
        })
    };
    messages()
        .find(|it| matches!(it.phase, Some(MessagePhase::FinalAnswer)))
        .or_else(|| messages().find(|it| it.phase.is_none()))
        .map(|it| it.text.as_deref().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use codex_app_protocol::{ThreadItem, decode};

    use super::final_response;

    /// Messages as `phase:text`, with no phase for `-`, and `async` for that delivery.
    fn check(messages: &[&str], expected: Option<&str>) {
        let items: Vec<ThreadItem> = messages
            .iter()
            .map(|message| {
                let (phase, text) = message.split_once(':').unwrap();
                let rest = match phase {
                    "-" => r#""phase":null"#.to_owned(),
                    "async" => r#""delivery":"async""#.to_owned(),
                    phase => format!(r#""phase":"{phase}""#),
                };
                let json = format!(r#"{{"type":"agentMessage","id":"i","text":"{text}",{rest}}}"#);
                decode::from_str(&json).unwrap()
            })
            .collect();
        assert_eq!(final_response(&items), expected, "{messages:?}");
    }

    #[test]
    fn the_last_final_answer_counts_else_the_last_message_without_a_phase() {
        check(&[], None);
        check(&["-:a", "-:b"], Some("b"));
        check(&["-:a", "-:"], Some(""));
        check(&["final_answer:a", "final_answer:b"], Some("b"));
        check(&["final_answer:a", "final_answer:"], Some(""));
        check(&["final_answer:a", "commentary:b"], Some("a"));
        check(&["final_answer:a", "-:b"], Some("a"));
        check(&["commentary:a", "-:b", "commentary:c"], Some("b"));
        check(&["commentary:a"], None);
        check(&["partial_answer:a"], None);
        check(&["some_new_phase:a"], None);
        check(&["-:a", "some_new_phase:b"], Some("a"));
        check(&["-:a", "async:b"], Some("a"));
        check(&["async:b"], None);
    }

    #[test]
    fn other_items_are_no_answers() {
        let items = [
            decode::from_str(r#"{"type":"plan","id":"p","text":"a"}"#).unwrap(),
            decode::from_str(r#"{"type":"brandNew","id":"n","text":"b"}"#).unwrap(),
        ];
        assert_eq!(final_response(&items), None);
    }
}
