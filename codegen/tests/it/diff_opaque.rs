//! Definitions of a shape that the generator does not know: they are named, and stop nothing.

use codex_app_codegen::diff::{Diff, Effect, Surface, diff, diff_of};
use codex_app_codegen::history::Release;
use serde_json::{Value, json};

use crate::Bundles;
use crate::diff::release;

const RELEASE: &str = "0.169.0";

/// The release with changes to its definitions, in one bundle or in both.
fn changed(in_stable: bool, change: impl Fn(&mut Value)) -> Surface {
    let bundles = Bundles::release(RELEASE);
    let apply = |text: &str| {
        let mut bundle: Value = serde_json::from_str(text).unwrap();
        change(&mut bundle["definitions"]["v2"]);
        bundle.to_string()
    };
    let stable = if in_stable { apply(&bundles.stable) } else { bundles.stable.clone() };
    Surface::read("changed", &stable, &apply(&bundles.experimental)).unwrap()
}

fn odd(definitions: &mut Value) {
    definitions["Turn"]["properties"]["odd"] = json!({ "not": { "type": "string" } });
}

fn lines(diff: &Diff) -> Vec<String> {
    let line = |it: &codex_app_codegen::diff::Change| {
        let detail = it.detail.as_deref().unwrap_or_default();
        format!("{} {} {detail}", it.kind.name(), it.place)
    };
    diff.changes.iter().map(line).collect()
}

#[test]
fn one_that_has_become_odd_is_another_type_and_the_rest_is_compared() {
    let new = changed(true, |definitions| {
        odd(definitions);
        definitions["ThreadStartParams"]["properties"]["more"] = json!({ "type": "string" });
    });
    let diff = diff(&release(RELEASE), &new);
    assert_eq!(
        lines(&diff),
        ["type_changed Turn object -> not understood", "field_added ThreadStartParams.more "]
    );
    assert_eq!(diff.effect(), Effect::Breaking);
    let [it] = diff.not_understood.as_slice() else { panic!("{:?}", diff.not_understood) };
    assert_eq!((it.definition.as_str(), it.side), ("Turn", "new"));
    assert!(it.reason.starts_with("Turn.odd has an unknown shape"), "{}", it.reason);
    assert!(it.methods.contains(&"turn/start".to_owned()));
    assert_eq!(diff.summary(), "1 breaking, 1 additive, 1 not understood");
    let text = diff.to_string();
    assert!(
        text.contains(
            "\nnot understood: 1; what is in them was not compared\n  Turn (new): Turn.odd"
        )
    );
    assert_eq!(diff.to_json()["not_understood"][0]["definition"], "Turn");
    assert!(diff.to_markdown().contains("* Not understood, and so not compared: `Turn`.\n"));
    // What methods carry that are not asked for is of no interest.
    let limited = diff_of(&release(RELEASE), &new, &["thread/archive".to_owned()].into());
    assert!(limited.changes.is_empty() && limited.not_understood.is_empty());
}

#[test]
fn one_that_is_as_odd_as_before_is_no_change_but_is_named() {
    let described = changed(true, |definitions| {
        odd(definitions);
        definitions["Turn"]["description"] = json!("In other words.");
    });
    let diff = diff(&changed(true, odd), &described);
    assert_eq!(lines(&diff), [""; 0]);
    assert_eq!(diff.not_understood[0].side, "both");
    assert_eq!(diff.summary(), "no change, 1 not understood");
}

#[test]
fn what_only_it_leads_to_still_belongs_to_its_methods() {
    let with = |extra: Value| {
        changed(true, |definitions| {
            odd(definitions);
            definitions["Turn"]["properties"]["knot"] = json!({ "$ref": "#/definitions/v2/Knot" });
            definitions["Knot"] = json!({ "type": "object", "properties": extra });
        })
    };
    let diff = diff(&with(json!({})), &with(json!({ "a": { "type": "string" } })));
    assert_eq!(lines(&diff), ["field_added Knot.a "]);
    assert!(diff.changes[0].methods.contains(&"turn/start".to_owned()));
}

#[test]
fn bundles_that_disagree_on_one_definition_agree_on_the_others() {
    let new = changed(false, |definitions| {
        definitions["Turn"]["properties"]["id"] = json!({ "type": "integer" });
    });
    let diff = diff(&release(RELEASE), &new);
    assert_eq!(lines(&diff), ["type_changed Turn object -> not understood"]);
    assert!(diff.not_understood[0].reason.contains("\"id\" has another type"));
}

#[test]
fn the_index_and_nothing_else_is_made_of_a_release_that_is_not_understood() {
    let surface = changed(true, odd);
    assert_eq!(
        Release::from_surface(RELEASE, &surface),
        Release::from_surface(RELEASE, &release(RELEASE))
    );
    let mut bundles = Bundles::release(RELEASE);
    for text in [&mut bundles.stable, &mut bundles.experimental] {
        let mut bundle: Value = serde_json::from_str(text).unwrap();
        odd(&mut bundle["definitions"]["v2"]);
        *text = bundle.to_string();
    }
    let error = bundles.generate().unwrap_err().to_string();
    assert!(error.starts_with("Turn.odd has an unknown shape"), "{error}");
}
