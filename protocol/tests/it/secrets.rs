//! Keys and tokens are sent, and not printed.

use std::collections::BTreeSet;

use codex_app_protocol::{ApiKeyLoginAccountParams, LoginAccountParams};
use serde_json::{Value, json};

use crate::sample::{Content, Node, pointer, samples};
use crate::site::{Site, visit};
use crate::subject::{Outcome, received, sent};

const SECRET: &str = "sk-do-not-print";

/// Whether a member of this name is a key or a token, as far as a name tells.
fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase().replace(['_', '-'], "");
    let endings = [
        "accesskey",
        "accesstoken",
        "apikey",
        "authtoken",
        "authurl",
        "bearertoken",
        "idtoken",
        "password",
        "refreshtoken",
        "secret",
        "sessiontoken",
        "usercode",
    ];
    name == "token" || endings.iter().any(|ending| name.ends_with(ending))
}

fn is_text(node: &Node) -> bool {
    matches!(node.content, Content::Text)
}

#[test]
fn no_secret_of_the_schema_is_printed() {
    let mut found = Vec::new();
    for subject in received().into_iter().chain(sent()) {
        let mut seen = BTreeSet::new();
        for sample in samples(&subject) {
            visit(&sample, &mut seen, &mut |site: &Site<'_>| {
                let is_secret = site.member_of().is_some_and(|(_, name)| is_secret(name));
                if !is_secret || !is_text(site.node) {
                    return;
                }
                let (mut message, keys) = sample.around(site.path);
                *message.pointer_mut(&pointer(&keys)).unwrap() = json!(SECRET);
                let text = message.to_string();
                let Outcome::Decoded(recoded) = subject.decode_alone(&text) else {
                    panic!("{text} does not decode");
                };
                assert!(recoded.json.contains(SECRET), "{}", recoded.json);
                let printed = (subject.codec.debug)(&text).unwrap();
                assert!(!printed.contains(SECRET), "{} {}: {printed}", subject.name, site.route);
                assert!(printed.contains("redacted"), "{printed}");
                found.push(format!("{} {}", subject.name, site.route));
            });
        }
    }
    println!("{} secrets: {found:#?}", found.len());
    assert!(found.len() >= 6, "{found:?}");
}

#[test]
fn a_key_is_printed_neither_by_itself_nor_in_what_holds_it() {
    let params: LoginAccountParams = ApiKeyLoginAccountParams::new(SECRET).into();
    for printed in [format!("{params:?}"), format!("{params:#?}"), format!("{:?}", vec![&params])] {
        assert!(!printed.contains(SECRET), "{printed}");
    }
    let sent: Value = serde_json::to_value(&params).unwrap();
    assert_eq!(sent, json!({"type": "apiKey", "apiKey": SECRET}));
}
