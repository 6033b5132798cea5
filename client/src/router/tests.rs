//! What the router keeps, and what it forgets.

use codex_app_protocol::Header;

use super::{Router, Scope};
use crate::router::Claim;
use crate::router::effect::Effect;

fn route(router: &mut Router, method: &str, params: &str) -> Vec<Effect> {
    let text = format!(r#"{{"method":"{method}","params":{params}}}"#);
    let mut effects = Vec::new();
    let header = Header::read(&text).unwrap();
    let route = router.route(&header, &mut effects);
    router.deliver(route, text);
    effects
}

fn scope() -> Scope {
    Scope::Turn { thread_id: "t".into(), turn_id: "u".into() }
}

#[test]
fn nothing_is_left_of_threads_that_nobody_holds() {
    let mut router = Router::default();
    let turn = r#"{"threadId":"t","turn":{"id":"u"}}"#;
    for n in 0..100 {
        let turn = turn.replace("\"t\"", &format!("\"t{n}\""));
        route(&mut router, "turn/started", &turn);
        route(&mut router, "item/completed", r#"{"threadId":"t","turnId":"u"}"#);
        route(&mut router, "turn/completed", &turn);
    }
    assert!(router.threads.is_empty());
}

#[test]
fn nothing_is_left_of_a_start_that_failed() {
    let mut router = Router::default();
    let start = router.reserve("t", false, Claim::Handle).unwrap();
    route(&mut router, "item/completed", r#"{"threadId":"t","turnId":"u"}"#);
    router.cancel_start(&start);
    assert!(router.threads.is_empty());
}

#[test]
fn nothing_is_left_of_a_turn_that_was_over_before_its_answer() {
    let mut router = Router::default();
    let start = router.reserve("t", false, Claim::Handle).unwrap();
    let turn = r#"{"threadId":"t","turn":{"id":"u"}}"#;
    route(&mut router, "turn/started", turn);
    route(&mut router, "turn/completed", turn);
    let mut effects = Vec::new();
    let attached = router.answer_start(&start, "u", false, &mut effects);
    router.unsubscribe(attached.id, &scope(), false, &mut effects);
    assert!(router.threads.is_empty());
}

#[test]
fn a_turn_that_nobody_follows_is_interrupted_once_it_has_begun() {
    let mut router = Router::default();
    let start = router.reserve("t", false, Claim::Handle).unwrap();
    let mut effects = Vec::new();
    let attached = router.answer_start(&start, "u", false, &mut effects);
    router.unsubscribe(attached.id, &scope(), true, &mut effects);
    assert!(effects.is_empty() && router.streams.is_empty());
    let effects = route(&mut router, "turn/started", r#"{"threadId":"t","turn":{"id":"u"}}"#);
    assert!(matches!(&effects[..], [Effect::Interrupt { .. }]), "{effects:?}");
    route(&mut router, "turn/completed", r#"{"threadId":"t","turn":{"id":"u"}}"#);
    assert!(router.threads.is_empty());
}
