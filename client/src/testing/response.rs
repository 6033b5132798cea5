//! Converts a reply into the actions of a connection, with the events of the Responses API.

use serde_json::{Value, json};

use crate::testing::action::Action;
use crate::testing::ids::Ids;
use crate::testing::message::{Message, Piece};
use crate::testing::model_usage::ModelUsage;
use crate::testing::reasoning::Reasoning;
use crate::testing::reply::{Reply, Step};
use crate::testing::sse;
use crate::testing::tool_call::{ToolCall, ToolInput};

/// The actions that send a reply.
pub(crate) fn actions(reply: Reply, ids: &Ids) -> Vec<Action> {
    let mut response = Response {
        ids,
        id: ids.next("resp"),
        actions: Vec::new(),
        n_items: 0,
        usage: ModelUsage::default(),
        has_begun: false,
        has_ended: false,
    };
    for step in reply.steps {
        response.step(step);
    }
    response.complete();
    response.actions
}

/// A response under construction.
struct Response<'a> {
    ids: &'a Ids,
    id: String,
    actions: Vec<Action>,
    n_items: usize,
    usage: ModelUsage,
    has_begun: bool,
    has_ended: bool,
}

impl Response<'_> {
    fn step(&mut self, step: Step) {
        match step {
            Step::Bytes(bytes) => {
                self.begin();
                self.push(Action::Send(bytes));
            }
            Step::Cut => self.end_with(Action::Cut),
            Step::Event(event) => self.event(&event),
            Step::Header { name, value } => self.push(Action::Header { name, value }),
            Step::Message(message) => self.message(message),
            Step::Pause(duration) => self.push(Action::Pause(duration)),
            Step::Reasoning(reasoning) => self.reasoning(&reasoning),
            // A status can be sent only before the stream has begun.
            Step::Refuse { .. } if self.has_begun => self.end_with(Action::Cut),
            Step::Refuse { status, body } => self.end_with(Action::Respond { status, body }),
            Step::ToolCall(call) => self.tool_call(call),
            Step::Unfinished { status, details } => self.end(status, details),
            Step::Usage(usage) => self.usage = usage,
            Step::Wait(gate) => self.push(Action::Wait(gate)),
        }
    }

    fn message(&mut self, message: Message) {
        let id = message.id.unwrap_or_else(|| self.ids.next("msg"));
        let mut item = json!({
            "type": "message", "id": id, "role": "assistant", "status": "in_progress", "content": [],
        });
        if let Some(phase) = message.phase {
            item["phase"] = phase.as_str().into();
        }
        let output_index = self.added(&item);
        for piece in message.pieces {
            self.piece(piece, &id, output_index);
        }
        item["status"] = "completed".into();
        item["content"] =
            json!([{ "type": "output_text", "text": message.text, "annotations": [] }]);
        self.done(&item, output_index);
    }

    fn piece(&mut self, piece: Piece, item_id: &str, output_index: usize) {
        match piece {
            Piece::Cut => self.end_with(Action::Cut),
            Piece::Delta(delta) => self.event(&sse::text_delta(item_id, output_index, &delta)),
            Piece::Filler { n_deltas, n_bytes } => {
                let item_id = item_id.to_owned();
                self.push(Action::FillerDeltas { item_id, output_index, n_deltas, n_bytes });
            }
            Piece::Pause(duration) => self.push(Action::Pause(duration)),
            Piece::Wait(gate) => self.push(Action::Wait(gate)),
        }
    }

    fn reasoning(&mut self, reasoning: &Reasoning) {
        let id = self.ids.next("rs");
        let mut item = json!({ "type": "reasoning", "id": id, "summary": [] });
        let output_index = self.added(&item);
        for (index, text) in reasoning.summary.iter().enumerate() {
            self.event(&json!({
                "type": "response.reasoning_summary_part.added",
                "item_id": id, "output_index": output_index, "summary_index": index,
                "part": { "type": "summary_text", "text": "" },
            }));
            self.event(&json!({
                "type": "response.reasoning_summary_text.delta",
                "item_id": id, "output_index": output_index, "summary_index": index,
                "delta": text,
            }));
        }
        for (index, text) in reasoning.content.iter().flatten().enumerate() {
            self.event(&json!({
                "type": "response.reasoning_text.delta",
                "item_id": id, "output_index": output_index, "content_index": index,
                "delta": text,
            }));
        }
        item["summary"] = texts("summary_text", &reasoning.summary);
        if let Some(content) = &reasoning.content {
            item["content"] = texts("reasoning_text", content);
        }
        item["encrypted_content"] = Value::Null;
        self.done(&item, output_index);
    }

    fn tool_call(&mut self, call: ToolCall) {
        let call_id = call.call_id.unwrap_or_else(|| self.ids.next("call"));
        let (kind, id, key, input) = match call.input {
            ToolInput::Custom(text) => ("custom_tool_call", "ctc", "input", text),
            ToolInput::Function(text) => ("function_call", "fc", "arguments", text),
        };
        let mut item = json!({
            "type": kind, "id": self.ids.next(id), "call_id": call_id, "name": call.name,
            "status": "in_progress",
        });
        item[key] = "".into();
        if let Some(namespace) = call.namespace {
            item["namespace"] = namespace.into();
        }
        let output_index = self.added(&item);
        item["status"] = "completed".into();
        item[key] = input.into();
        self.done(&item, output_index);
    }

    fn added(&mut self, item: &Value) -> usize {
        let output_index = self.n_items;
        self.n_items += 1;
        self.event(&json!({
            "type": "response.output_item.added", "output_index": output_index, "item": item,
        }));
        output_index
    }

    fn done(&mut self, item: &Value, output_index: usize) {
        self.event(&json!({
            "type": "response.output_item.done", "output_index": output_index, "item": item,
        }));
    }

    fn complete(&mut self) {
        let usage = self.usage.to_json();
        self.end("completed", json!({ "usage": usage }));
    }

    fn end(&mut self, status: &str, details: Value) {
        let mut response = json!({ "id": self.id, "object": "response", "status": status });
        if let (Value::Object(response), Value::Object(details)) = (&mut response, details) {
            response.extend(details);
        }
        self.event(&json!({ "type": format!("response.{status}"), "response": response }));
        self.has_ended = true;
    }

    fn begin(&mut self) {
        if !self.has_begun {
            self.has_begun = true;
            let response = json!({ "id": self.id, "object": "response", "status": "in_progress" });
            self.event(&json!({ "type": "response.created", "response": response }));
        }
    }

    fn event(&mut self, event: &Value) {
        self.begin();
        let mut text = String::new();
        sse::write_event(&mut text, event);
        self.push(Action::Send(text.into_bytes()));
    }

    fn end_with(&mut self, action: Action) {
        self.push(action);
        self.has_ended = true;
    }

    fn push(&mut self, action: Action) {
        match (self.actions.last_mut(), action) {
            _ if self.has_ended => {}
            // Adjacent bytes are sent together.
            (Some(Action::Send(bytes)), Action::Send(more)) => bytes.extend(more),
            (_, action) => self.actions.push(action),
        }
    }
}

fn texts(kind: &str, texts: &[String]) -> Value {
    texts.iter().map(|text| json!({ "type": kind, "text": text })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::gate::Gate;
    use crate::testing::model_error::ModelError;

    /// The events that are sent, and the other actions, each as a word or as its JSON.
    fn told(reply: impl Into<Reply>) -> Vec<Value> {
        let mut told = Vec::new();
        for action in actions(reply.into(), &Ids::default()) {
            match action {
                Action::Send(bytes) => {
                    let text = String::from_utf8(bytes).unwrap();
                    let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
                    told.extend(data.map(|it| serde_json::from_str::<Value>(it).unwrap()));
                }
                Action::Respond { status, .. } => told.push(format!("status {status}").into()),
                Action::Cut => told.push("cut".into()),
                Action::Wait(_) => told.push("wait".into()),
                Action::FillerDeltas { n_deltas, .. } => {
                    told.push(format!("{n_deltas} deltas").into());
                }
                Action::Header { name, .. } => told.push(name.into()),
                Action::Pause(_) => told.push("pause".into()),
            }
        }
        told
    }

    fn check(reply: impl Into<Reply>, expected: &[&str]) {
        let told = told(reply);
        let words: Vec<_> = told
            .iter()
            .map(|it| it.get("type").unwrap_or(it).as_str().unwrap())
            .map(|it| it.strip_prefix("response.").unwrap_or(it))
            .collect();
        assert_eq!(words, expected);
    }

    const ADDED: &str = "output_item.added";
    const DELTA: &str = "output_text.delta";
    const DONE: &str = "output_item.done";

    #[test]
    fn steps_become_events_between_created_and_completed() {
        let gate = Gate::new();
        check(Reply::empty(), &["created", "completed"]);
        check(Reply::message("a"), &["created", ADDED, DELTA, DONE, "completed"]);
        check(
            Reply::message("a").without_deltas().then(Reply::command("ls")),
            &["created", ADDED, DONE, ADDED, DONE, "completed"],
        );
        check(
            Reply::message("ab").deltas(["a"]).hold(&gate).deltas(["b"]),
            &["created", ADDED, DELTA, "wait", DELTA, DONE, "completed"],
        );
        check(Reply::many_deltas(9, 4), &["created", ADDED, "9 deltas", DONE, "completed"]);
        check(
            Reply::header("x-a", "b").then(Reply::hold(&gate)).then(Reply::empty()),
            &["x-a", "wait", "created", "completed"],
        );
    }

    #[test]
    fn what_ends_a_reply_is_the_last_that_is_done() {
        check(Reply::disconnect().then(Reply::message("never")), &["cut"]);
        check(Reply::message("a").disconnect(), &["created", ADDED, DELTA, "cut"]);
        check(Reply::error(ModelError::RateLimited).then(Reply::message("never")), &["status 429"]);
        check(Reply::error(ModelError::ContextLengthExceeded), &["created", "failed"]);
        check(Reply::incomplete("max_output_tokens"), &["created", "incomplete"]);
    }

    #[test]
    fn a_status_that_comes_too_late_is_a_cut() {
        let late = Reply::event(json!({ "type": "x" })).then(Reply::status(500, json!({})));
        check(late, &["created", "x", "cut"]);
    }

    #[test]
    fn a_message_has_its_phase_at_the_top_and_its_text_from_no_delta() {
        let told = told(Reply::message("whole").phase("commentary").id("msg_a").deltas(["part"]));
        assert_eq!(told[1]["item"]["content"], json!([]));
        assert_eq!(told[2]["delta"], "part");
        assert_eq!(told[3]["item"]["phase"], "commentary");
        assert_eq!(told[3]["item"]["id"], "msg_a");
        assert_eq!(told[3]["item"]["content"][0]["text"], "whole");
    }

    #[test]
    fn a_message_without_a_phase_has_none() {
        let told = told(Reply::streamed(["a", "b"]));
        assert_eq!(told[4]["item"].get("phase"), None);
        assert_eq!(told[4]["item"]["content"][0]["text"], "ab");
    }

    #[test]
    fn arguments_are_json_text_and_the_input_of_a_custom_tool_is_as_it_is() {
        let function = Reply::tool_call("f", json!({ "a": 1 })).call_id("call_f").namespace("n");
        let told_function = told(function);
        assert_eq!(told_function[2]["item"]["arguments"], r#"{"a":1}"#);
        assert_eq!(told_function[2]["item"]["call_id"], "call_f");
        assert_eq!(told_function[2]["item"]["namespace"], "n");
        let told_custom = told(Reply::patch("*** Begin Patch"));
        assert_eq!(told_custom[2]["item"]["type"], "custom_tool_call");
        assert_eq!(told_custom[2]["item"]["input"], "*** Begin Patch");
    }

    #[test]
    fn the_usage_is_told_at_the_end() {
        let usage = ModelUsage::new(7, 3).cached(2).reasoning(1);
        let told = told(Reply::usage(usage).then(Reply::message("a")));
        let usage = &told.last().unwrap()["response"]["usage"];
        assert_eq!(usage["total_tokens"], 10);
        assert_eq!(usage["input_tokens_details"]["cached_tokens"], 2);
    }

    #[test]
    fn reasoning_streams_its_summary_and_its_content() {
        let told = told(Reply::reasoning(["s"]).content(["c"]));
        assert_eq!(told[3]["delta"], "s");
        assert_eq!(told[4]["type"], "response.reasoning_text.delta");
        assert_eq!(told[5]["item"]["summary"], json!([{ "type": "summary_text", "text": "s" }]));
    }
}
