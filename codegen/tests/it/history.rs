//! The index of releases: its text, what is refused, and what is said of a method between releases.

use codex_app_codegen::history::Release;

use crate::Bundles;
use crate::diff::release;
use crate::refusal::bundle;

#[test]
fn the_text_of_an_entry_is_read_back_as_it_is() {
    let entry = Release::from_surface("0.166.0", &release("0.166.0"));
    assert_eq!(Release::parse(&entry.to_text()).unwrap(), entry);
    assert!(Bundles::pinned().history.contains(&entry.to_text()));
}

#[test]
fn newer_releases_of_the_index_are_not_spoken_of() {
    let output = Bundles::release("0.150.0").generate().unwrap();
    let table = &output.files["history.rs"];
    assert!(table.contains(r#"&["0.140.0", "0.150.0"]"#), "{table}");
}

/// An index of small releases, each with these methods of the client, stable and experimental.
fn index(releases: &[(&str, &str, &str)]) -> Vec<String> {
    let entry = |(version, stable, experimental): &(&str, &str, &str)| {
        let list = |methods: &str| {
            let names = methods.split_whitespace().map(|it| format!("{it:?}"));
            names.collect::<Vec<_>>().join(",")
        };
        let (stable, experimental) = (list(stable), list(experimental));
        format!(
            r#"{{"version": "{version}",
            "client_requests": {{"stable": [{stable}], "experimental": [{experimental}]}},
            "client_notifications": {{"stable": ["initialized"], "experimental": []}},
            "server_requests": {{"stable": ["probe/ask"], "experimental": []}},
            "server_notifications": {{"stable": ["probe/ran"], "experimental": []}}}}"#
        )
    };
    releases.iter().map(entry).collect()
}

fn generate(releases: &[(&str, &str, &str)]) -> Result<String, String> {
    let mut bundles = bundle(serde_json::json!({ "type": "object" }));
    bundles.version = "0.3.0".to_owned();
    bundles.history = index(releases);
    let output = bundles.generate().map_err(|it| it.to_string())?;
    Ok(format!("{}{}", output.files["probe.rs"], output.files["history.rs"]))
}

#[track_caller]
fn check(releases: &[(&str, &str, &str)], parts: &[&str]) {
    let text = generate(releases).unwrap();
    for part in parts {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
}

#[test]
fn of_what_every_release_has_nothing_is_said() {
    let releases = [("0.1.0", "probe/run", ""), ("0.3.0", "probe/run", "")];
    assert!(!generate(&releases).unwrap().contains("vailable since"));
    check(
        &releases,
        &[
            "/// Params of the request `probe/run`. The response is [`ProbeRunResponse`].\n#[",
            r#"row("probe/run", ClientRequest, "0.1.0", Some("0.1.0"), None)"#,
        ],
    );
}

#[test]
fn between_two_releases_nobody_looked() {
    check(
        &[("0.3.0", "probe/run", ""), ("0.1.0", "", ""), ("0.2.0", "", "probe/run")],
        &[
            "///\n/// Available since app-server 0.2.0; not in 0.1.0. Stable since 0.3.0; experimental in \
             0.2.0.\n",
            r#"row("probe/run", ClientRequest, "0.2.0", Some("0.3.0"), None)"#,
        ],
    );
}

#[test]
fn a_method_that_is_gone_stays_in_the_table() {
    check(
        &[("0.1.0", "old/run probe/run", ""), ("0.3.0", "probe/run", "")],
        &[r#"row("old/run", ClientRequest, "0.1.0", Some("0.1.0"), Some("0.3.0"))"#],
    );
}

#[test]
fn an_index_that_cannot_be_right_is_refused() {
    let error = |releases: &[(&str, &str, &str)]| generate(releases).unwrap_err();
    let fix = "; run `cargo xtask schema history add`";
    assert_eq!(
        error(&[("0.2.0", "probe/run", "")]),
        format!("release 0.3.0 of the index: it is missing{fix}")
    );
    assert_eq!(
        error(&[("0.3.0", "probe/walk", "")]),
        format!("release 0.3.0 of the index: its methods are others{fix}")
    );
    assert_eq!(
        error(&[("0.3.0", "probe/run", ""), ("0.3.0", "probe/run", "")]),
        format!("release 0.3.0 of the index: it is in the index twice{fix}")
    );
}
