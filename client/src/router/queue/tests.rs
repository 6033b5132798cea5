//! What a consumer gets out of its queue, whatever was put in.

use std::collections::BTreeMap;
use std::task::{Context, Poll, Waker};

use codex_app_protocol::{Header, ServerMessage, ServerNotification};

use super::{Entry, LAGGING, Line, MOST_ITEMS, Queue, State};

fn line(text: String) -> Line {
    let is_delta = crate::router::peek::is_delta(Header::read(&text).unwrap().method.as_deref());
    Line { text, is_delta }
}

fn delta(item: &str, text: &str) -> Line {
    let ids = format!(r#""threadId":"t","turnId":"u","itemId":"{item}""#);
    line(format!(r#"{{"method":"item/agentMessage/delta","params":{{{ids},"delta":"{text}"}}}}"#))
}

fn event() -> Line {
    line(r#"{"method":"thread/closed","params":{"threadId":"t"}}"#.to_owned())
}

fn next(queue: &Queue) -> Option<String> {
    match queue.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Some(Ok(Entry::Line(line)))) => Some(line),
        Poll::Ready(None) | Poll::Pending => None,
        other => panic!("{other:?}"),
    }
}

fn texts(queue: &Queue) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::<_, String>::new();
    while let Some(line) = next(queue) {
        if let ServerMessage::Notification(message) = ServerMessage::from_line(line).unwrap()
            && let ServerNotification::ItemAgentMessageDelta(delta) = message.body
        {
            texts.entry(delta.item_id).or_default().push_str(&delta.delta.unwrap());
        }
    }
    texts
}

#[test]
fn a_consumer_that_keeps_up_gets_each_delta() {
    let queue = Queue::default();
    for n in 0..1000 {
        queue.push(delta("i", &n.to_string()));
        assert_eq!(next(&queue), Some(delta("i", &n.to_string()).text));
        assert_eq!(queue.len(), 0);
    }
}

#[test]
fn a_lagging_consumer_gets_the_exact_text_in_few_pieces() {
    let queue = Queue::default();
    let mut expected = BTreeMap::<String, String>::new();
    for n in 0..100_000 {
        let item = ["a", "b", "c"][n % 3];
        queue.push(delta(item, &format!("{n},")));
        expected.entry(item.to_owned()).or_default().push_str(&format!("{n},"));
    }
    assert!(queue.len() < LAGGING + 20, "{}", queue.len());
    assert_eq!(texts(&queue), expected);
}

#[test]
fn reading_in_between_loses_nothing() {
    let queue = Queue::default();
    let mut text = String::new();
    let mut expected = String::new();
    for n in 0..10_000 {
        queue.push(delta("i", &format!("{n},")));
        expected.push_str(&format!("{n},"));
        if n % 7 == 0
            && let Some(line) = next(&queue)
        {
            let header = Header::read(&line).unwrap();
            text.push_str(
                &crate::router::peek::string_at(header.params.unwrap(), &["delta"]).unwrap(),
            );
        }
    }
    text.push_str(&texts(&queue)["i"]);
    assert_eq!(text, expected);
}

#[test]
fn other_events_are_all_kept_and_no_delta_passes_one() {
    let queue = Queue::default();
    for n in 0..1000 {
        queue.push(delta("i", &n.to_string()));
        queue.push(delta("i", "x"));
        queue.push(event());
    }
    let mut n_events = 0;
    let mut text = String::new();
    while let Some(line) = next(&queue) {
        if line == event().text {
            assert_eq!(text, format!("{n_events}x"));
            text.clear();
            n_events += 1;
        } else {
            let header = Header::read(&line).unwrap();
            text.push_str(
                &crate::router::peek::string_at(header.params.unwrap(), &["delta"]).unwrap(),
            );
        }
    }
    assert_eq!(n_events, 1000);
}

/// A queue that joins what comes from now on, and what it holds before.
fn lagging() -> (Queue, usize) {
    let queue = Queue::default();
    for _ in 0..LAGGING {
        queue.push(event());
    }
    (queue, LAGGING)
}

/// The texts that wait, in the order in which they are read.
fn in_order((queue, n_before): (Queue, usize)) -> Vec<String> {
    let lines = std::iter::from_fn(|| next(&queue)).skip(n_before);
    let text = |line: String| {
        let header = Header::read(&line).unwrap();
        crate::router::peek::string_at(header.params.unwrap(), &["delta"]).unwrap().into_owned()
    };
    lines.map(text).collect()
}

#[test]
fn the_text_of_an_item_stays_in_order_whatever_else_its_deltas_say() {
    let lagging = lagging();
    let newer = |text: &str| line(delta("i", text).text.replace("\"}}", "\",\"isBold\":true}}"));
    for delta in [delta("i", "1"), newer("2"), newer("3"), delta("j", "x"), delta("i", "4")] {
        lagging.0.push(delta);
    }
    assert_eq!(in_order(lagging), ["1", "23", "x", "4"]);
}

#[test]
fn what_is_of_no_item_stays_where_it_was_told() {
    let lagging = lagging();
    let said = |role: &str, text: &str| {
        let params = format!(r#"{{"threadId":"t","role":"{role}","delta":"{text}"}}"#);
        line(format!(r#"{{"method":"thread/realtime/transcript/delta","params":{params}}}"#))
    };
    for delta in [
        said("user", "Red or "),
        said("user", "blue? "),
        said("assistant", "Red."),
        said("user", "Why"),
        delta("i", "x"),
        said("user", "?"),
    ] {
        lagging.0.push(delta);
    }
    assert_eq!(in_order(lagging), ["Red or blue? ", "Red.", "Why", "x", "?"]);
}

#[test]
fn deltas_that_cannot_be_joined_do_not_slow_the_reader() {
    let (queue, _) = lagging();
    for n in 0..10_000 {
        let numbered = format!("\",\"sequence\":{n}}}}}");
        queue.push(line(delta("i", "x").text.replace("\"}}", &numbered)));
        assert_eq!(queue.state().run.len(), 1);
    }
    for n in 0..10_000 {
        queue.push(delta(&n.to_string(), "x"));
        assert!(queue.state().run.len() <= MOST_ITEMS);
    }
}

#[test]
fn who_waits_after_a_flood_keeps_no_room_for_another() {
    let queue = Queue::default();
    for _ in 0..1000 {
        queue.push(event());
        queue.push(delta("i", "x"));
    }
    while next(&queue).is_some() {}
    {
        let State { slots, run, .. } = &*queue.state();
        assert_eq!((slots.capacity(), run.capacity()), (0, 0));
    }
    queue.push(delta("i", "y"));
    assert_eq!(next(&queue), Some(delta("i", "y").text));
}

#[test]
fn a_bounded_queue_keeps_the_newest_until_the_bound_is_lifted() {
    let queue = Queue::bounded(2);
    for n in 0..5 {
        queue.push(line(format!(r#"{{"method":"m","params":{{"n":{n}}}}}"#)));
    }
    queue.lift_bound();
    queue.push(event());
    assert!(next(&queue).unwrap().contains("\"n\":3"));
    assert!(next(&queue).unwrap().contains("\"n\":4"));
    assert_eq!(next(&queue), Some(event().text));
    assert_eq!(next(&queue), None);
}

#[test]
fn what_waits_is_read_before_the_end() {
    let queue = Queue::default();
    queue.push(event());
    queue.end(None);
    queue.push(event());
    assert_eq!(next(&queue), Some(event().text));
    assert_eq!(next(&queue), None);
}
