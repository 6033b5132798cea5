//! With nobody to ask.

use serde_json::json;

use super::{approval, asked, declined};
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
