//! With nobody to ask.

use serde_json::json;

use super::{approval, asked, declined};
use crate::captured::Captured;
use crate::script::connected;

#[tokio::test(start_paused = true)]
async fn without_a_handler_everything_is_declined_at_once() {
    let (_codex, client, mut server) = connected().await;
    assert_eq!(asked(&mut server, approval(json!(0))).await, declined(json!(0)));
    let refusal = asked(&mut server, json!({"id": "s", "method": "brand/new", "params": {}})).await;
    assert_eq!((&refusal["id"], &refusal["error"]["code"]), (&json!("s"), &json!(-32601)));
    server.barrier(&client).await;
}

#[tokio::test(start_paused = true)]
async fn ids_go_back_as_they_came() {
    let (_codex, _client, mut server) = connected().await;
    for id in [json!("a-string"), json!(i64::MAX), json!(-1), json!("7"), json!(7)] {
        assert_eq!(asked(&mut server, approval(id.clone())).await, declined(id));
    }
}

#[tokio::test(start_paused = true)]
async fn params_of_another_shape_are_declined_all_the_same() {
    let (_codex, _client, mut server) = connected().await;
    let method = "item/commandExecution/requestApproval";
    for params in [json!({}), json!([]), json!(null), json!({"command": 1})] {
        let request = json!({"id": 0, "method": method, "params": params});
        assert_eq!(asked(&mut server, request).await, declined(json!(0)));
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_declined_is_traced_with_the_reason_and_never_with_what_was_asked() {
    let (captured, _guard) = Captured::begin();
    let (_codex, client, mut server) = connected().await;
    asked(&mut server, approval(json!(0))).await;
    let text = captured.text();
    let line = text.lines().find(|it| it.contains("declined by default")).unwrap();
    assert!(line.contains("no handler is installed for such requests"), "{line}");
    assert!(line.contains("Options::on_command_approval"), "{line}");
    assert!(line.contains("item_id=\"i\""), "{line}");
    assert!(!text.contains("rm -rf"), "{text}");

    // Somebody takes it, and gives it up: no setting would help.
    let mut requests = client.server_requests();
    server.send(approval(json!(1))).await;
    drop(requests.next().await.unwrap());
    assert_eq!(server.receive().await, declined(json!(1)));
    let text = captured.text();
    let line = text.lines().rfind(|it| it.contains("declined by default")).unwrap();
    assert!(line.contains("dropped without a reply") && !line.contains("Options::"), "{line}");
}
