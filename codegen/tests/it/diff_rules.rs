//! Each kind of change on a schema made for it: what it is called, and what it does to whom.

use codex_app_codegen::diff::{Change, Diff, Direction, Effect, Surface, diff, diff_of};
use serde_json::{Value, json};

/// A bundle with one request: what a client sends, and what it is answered.
pub(crate) fn surface(params: Value, response: Value) -> Surface {
    Surface::read_one("a", &bundle(params, response)).unwrap()
}

pub(crate) fn bundle(params: Value, response: Value) -> String {
    let list = |name: &str, params: &str| {
        json!({ "oneOf": [{ "properties": {
            "method": { "enum": [name], "type": "string" },
            "params": { "$ref": format!("#/definitions/v2/{params}") },
        } }] })
    };
    json!({ "definitions": {
        "ClientNotification": { "oneOf": [] },
        "ClientRequest": list("probe/run", "ProbeRunParams"),
        "ServerNotification": { "oneOf": [] },
        "ServerRequest": { "oneOf": [] },
        "v2": {
            "ProbeRunParams": params,
            "ProbeRunResponse": response,
            "Colour": { "enum": ["red", "green"], "type": "string" },
            "Shade": { "enum": ["red", "green"], "type": "string" },
            "ProbePermission": { "enum": ["allow"], "type": "string" },
            "Path": { "type": "string" },
        },
    } })
    .to_string()
}

fn object(properties: Value, required: &[&str]) -> Value {
    json!({ "type": "object", "properties": properties, "required": required })
}

fn sent(old: Value, new: Value) -> Diff {
    let none = || object(json!({}), &[]);
    diff(&surface(old, none()), &surface(new, none()))
}

fn received(old: Value, new: Value) -> Diff {
    let none = || object(json!({}), &[]);
    diff(&surface(none(), old), &surface(none(), new))
}

fn line(change: &Change) -> String {
    let Change { kind, place, effect, semver, .. } = change;
    format!("{} {place}: {}, {}", kind.name(), effect.name(), semver.name())
}

/// What a change of one object is, where a client sends it and where it reads it.
#[track_caller]
fn check(old: Value, new: Value, to_a_sender: &[&str], to_a_reader: &[&str]) {
    let lines = |diff: Diff| diff.changes.iter().map(line).collect::<Vec<_>>();
    let found = lines(sent(old.clone(), new.clone()));
    assert_eq!(found, to_a_sender);
    assert_eq!(lines(received(old, new)), to_a_reader);
}

#[test]
fn a_member_that_is_new_breaks_only_who_has_to_send_it() {
    check(
        object(json!({}), &[]),
        object(json!({ "a": { "type": "string" } }), &[]),
        &["field_added ProbeRunParams.a: additive, minor"],
        &["field_added ProbeRunResponse.a: additive, minor"],
    );
    check(
        object(json!({}), &[]),
        object(json!({ "a": { "type": "string" } }), &["a"]),
        &["required_field_added ProbeRunParams.a: breaking, major"],
        &["field_added ProbeRunResponse.a: additive, minor"],
    );
}

#[test]
fn a_member_that_is_gone_or_renamed_breaks_who_sends_it_or_counted_on_it() {
    let with =
        |name: &str, required: &[&str]| object(json!({ name: { "type": "string" } }), required);
    check(
        with("a", &["a"]),
        with("b", &["b"]),
        &[
            "field_removed ProbeRunParams.a: breaking, major",
            "required_field_added ProbeRunParams.b: breaking, major",
        ],
        &[
            "field_removed ProbeRunResponse.a: breaking, major",
            "field_added ProbeRunResponse.b: additive, minor",
        ],
    );
    // It could be missing before.
    let gone = ["field_removed ProbeRunResponse.a: none, major"];
    let none = || object(json!({}), &[]);
    check(with("a", &[]), none(), &["field_removed ProbeRunParams.a: breaking, major"], &gone);
    let nullable = object(json!({ "a": { "type": ["string", "null"] } }), &["a"]);
    check(nullable, none(), &["field_removed ProbeRunParams.a: breaking, major"], &gone);
}

#[test]
fn what_may_be_missing_now_breaks_readers_and_what_may_not_breaks_senders() {
    let optional = object(json!({ "a": { "type": "string" } }), &[]);
    let required = object(json!({ "a": { "type": "string" } }), &["a"]);
    check(
        optional.clone(),
        required.clone(),
        &["field_became_required ProbeRunParams.a: breaking, major"],
        // The crate promises its readers nothing but ids.
        &["field_became_required ProbeRunResponse.a: additive, none"],
    );
    check(
        required,
        optional,
        // It was an argument of `new`.
        &["field_became_optional ProbeRunParams.a: additive, major"],
        &["field_became_optional ProbeRunResponse.a: breaking, none"],
    );
    check(
        object(json!({ "a": { "type": "string" } }), &[]),
        object(json!({ "a": { "type": ["string", "null"] } }), &[]),
        &["field_became_nullable ProbeRunParams.a: additive, major"],
        &["field_became_nullable ProbeRunResponse.a: breaking, none"],
    );
}

#[test]
fn an_id_that_readers_were_sure_of_changes_the_crate() {
    check(
        object(json!({ "threadId": { "type": "string" } }), &["threadId"]),
        object(json!({ "threadId": { "type": "string" } }), &[]),
        &["field_became_optional ProbeRunParams.threadId: additive, major"],
        &["field_became_optional ProbeRunResponse.threadId: breaking, major"],
    );
}

#[test]
fn another_type_breaks_both_sides() {
    check(
        object(json!({ "a": { "type": "string" } }), &[]),
        object(json!({ "a": { "type": "array", "items": { "type": "string" } } }), &[]),
        &["type_changed ProbeRunParams.a: breaking, major"],
        &["type_changed ProbeRunResponse.a: breaking, major"],
    );
    check(
        object(
            json!({ "a": { "additionalProperties": { "type": "integer" } , "type": "object" } }),
            &[],
        ),
        object(
            json!({ "a": { "additionalProperties": { "type": "number" } , "type": "object" } }),
            &[],
        ),
        &["type_changed ProbeRunParams.a{}: breaking, major"],
        &["type_changed ProbeRunResponse.a{}: breaking, major"],
    );
}

#[test]
fn another_name_for_the_same_json_changes_the_crate_only() {
    let reference =
        |name: &str| object(json!({ "a": { "$ref": format!("#/definitions/v2/{name}") } }), &[]);
    check(
        reference("Colour"),
        reference("Shade"),
        &["type_renamed ProbeRunParams.a: none, major"],
        &["type_renamed ProbeRunResponse.a: none, major"],
    );
    check(
        reference("Path"),
        object(json!({ "a": { "type": "string" } }), &[]),
        &["type_renamed ProbeRunParams.a: none, major"],
        &["type_renamed ProbeRunResponse.a: none, major"],
    );
}

#[test]
fn values_and_variants_may_come_but_not_go() {
    let choice =
        |values: &[&str]| object(json!({ "a": { "enum": values, "type": "string" } }), &[]);
    check(
        choice(&["x", "y"]),
        choice(&["z", "x"]),
        &[
            "value_removed ProbeRunParams.a[y]: breaking, major",
            "value_added ProbeRunParams.a[z]: additive, minor",
        ],
        &[
            "value_added ProbeRunResponse.a[z]: additive, minor",
            // Who reads it knows one more than it will ever see.
            "value_removed ProbeRunResponse.a[y]: none, major",
        ],
    );
    let arm = |tag: &str, member: &str| {
        json!({
            "properties": { "type": { "enum": [tag], "type": "string" }, member: { "type": "string" } },
            "required": ["type"], "type": "object",
        })
    };
    let union = |arms: &[Value]| object(json!({ "a": { "oneOf": arms } }), &[]);
    check(
        union(&[arm("x", "m"), arm("y", "m")]),
        union(&[arm("y", "n"), arm("x", "m"), arm("z", "m")]),
        &[
            "field_removed ProbeRunParams.a[y].m: breaking, major",
            "field_added ProbeRunParams.a[y].n: additive, minor",
            "variant_added ProbeRunParams.a[z]: additive, minor",
        ],
        &[
            "field_added ProbeRunResponse.a[y].n: additive, minor",
            "variant_added ProbeRunResponse.a[z]: additive, minor",
            "field_removed ProbeRunResponse.a[y].m: none, major",
        ],
    );
    check(
        union(&[arm("x", "m"), arm("y", "m")]),
        union(&[arm("x", "m")]),
        &["variant_removed ProbeRunParams.a[y]: breaking, major"],
        &["variant_removed ProbeRunResponse.a[y]: none, major"],
    );
}

#[test]
fn a_decision_that_was_a_string_and_is_an_object_breaks_who_sends_the_string() {
    let string = || json!({ "enum": ["denied"], "type": "string" });
    let object = |members: Value| json!({ "properties": { "denied": members }, "required": ["denied"], "type": "object" });
    let choice = |arm: Value| {
        let kept = json!({ "properties": { "kept": { "type": "string" } }, "required": ["kept"], "type": "object" });
        crate::diff_rules::object(json!({ "a": { "oneOf": [kept, arm] } }), &[])
    };
    check(
        choice(string()),
        choice(object(json!({ "type": "string" }))),
        &["type_changed ProbeRunParams.a[denied]: breaking, major"],
        &["type_changed ProbeRunResponse.a[denied]: breaking, major"],
    );
}

#[test]
fn an_enum_that_gets_an_object_keeps_its_strings() {
    let strings = json!({ "enum": ["x"], "type": "string" });
    let arm =
        json!({ "properties": { "y": { "type": "string" } }, "required": ["y"], "type": "object" });
    let union = json!({ "oneOf": [strings, arm] });
    check(
        object(json!({ "a": strings }), &[]),
        object(json!({ "a": union }), &[]),
        &[
            "variant_added ProbeRunParams.a[y]: additive, minor",
            "type_renamed ProbeRunParams.a: none, major",
        ],
        &[
            "variant_added ProbeRunResponse.a[y]: additive, minor",
            "type_renamed ProbeRunResponse.a: none, major",
        ],
    );
}

#[test]
fn an_arm_that_had_only_its_tag_may_get_members() {
    let union = |member: Value, required: &[&str]| {
        let mut arm = json!({
            "properties": { "type": { "enum": ["x"], "type": "string" } },
            "required": ["type"], "type": "object",
        });
        if !member.is_null() {
            arm["properties"]["m"] = member;
        }
        let required = required.iter().map(|it| json!(it));
        arm["required"].as_array_mut().unwrap().extend(required);
        object(json!({ "a": { "oneOf": [arm] } }), &[])
    };
    let (without, member) = (union(Value::Null, &[]), || json!({ "type": "string" }));
    check(
        without.clone(),
        union(member(), &[]),
        &[
            "field_added ProbeRunParams.a[x].m: additive, minor",
            "type_renamed ProbeRunParams.a[x]: none, major",
        ],
        &[
            "field_added ProbeRunResponse.a[x].m: additive, minor",
            "type_renamed ProbeRunResponse.a[x]: none, major",
        ],
    );
    check(
        without,
        union(member(), &["m"]),
        &[
            "required_field_added ProbeRunParams.a[x].m: breaking, major",
            "type_renamed ProbeRunParams.a[x]: none, major",
        ],
        &[
            "field_added ProbeRunResponse.a[x].m: additive, minor",
            "type_renamed ProbeRunResponse.a[x]: none, major",
        ],
    );
}

#[test]
fn a_choice_between_members_may_widen_for_senders_and_narrow_for_readers() {
    let arm = |name: &str| json!({ "properties": { name: { "type": "string" } }, "required": [name], "type": "object" });
    let one_of = |names: &[&str]| {
        let mut schema = object(json!({ "kind": { "type": "string" } }), &[]);
        schema["anyOf"] = names.iter().map(|it| arm(it)).collect();
        schema
    };
    check(
        one_of(&["url", "fileId"]),
        one_of(&["url", "fileId", "path"]),
        &[
            "field_became_optional ProbeRunParams: additive, none",
            "field_added ProbeRunParams.path: additive, minor",
        ],
        &[
            "field_became_optional ProbeRunResponse: breaking, none",
            "field_added ProbeRunResponse.path: additive, minor",
        ],
    );
}

#[test]
fn approvals_permissions_and_decisions_are_always_flagged() {
    let flagged = |old: Value, new: Value| {
        sent(old, new).changes.iter().map(|it| it.sensitive).collect::<Vec<_>>()
    };
    let with = |name: &str| object(json!({ name: { "type": "string" } }), &[]);
    let empty = || object(json!({}), &[]);
    assert_eq!(flagged(empty(), with("name")), [false]);
    assert_eq!(flagged(empty(), with("approvalPolicy")), [true]);
    assert_eq!(flagged(empty(), with("sandbox")), [true]);

    let old = bundle(empty(), empty());
    let new = old.replace(r#"["allow"]"#, r#"["allow","deny"]"#);
    let surface = |text: &str| Surface::read_one("a", text).unwrap();
    // No method carries it: it is additive and of neither direction, and flagged all the same.
    let diff = diff(&surface(&old), &surface(&new));
    assert_eq!(diff.changes.len(), 1);
    assert!(diff.changes[0].sensitive);
}

#[test]
fn methods_come_go_and_change_what_they_carry() {
    let empty = || object(json!({}), &[]);
    let old = bundle(empty(), empty());
    let renamed = old.replace("probe/run", "probe/start");
    let surface = |text: &str| Surface::read_one("a", text).unwrap();
    let lines = |old: &str, new: &str| {
        diff(&surface(old), &surface(new)).changes.iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(
        lines(&old, &renamed),
        ["method_removed probe/run: breaking, major", "method_added probe/start: additive, minor"]
    );
    let without = old.replace(
        r##""params":{"$ref":"#/definitions/v2/ProbeRunParams"}"##,
        r#""params":{"type":"null"}"#,
    );
    assert_eq!(lines(&without, &old)[0], "params_added probe/run params: additive, major");
    assert_eq!(lines(&old, &without)[0], "params_removed probe/run params: breaking, major");
}

#[test]
fn what_is_experimental_may_become_stable_but_not_the_other_way_round() {
    let with = |members: Value| bundle(object(members, &[]), object(json!({}), &[]));
    let (less, more) = (with(json!({})), with(json!({ "a": { "type": "string" } })));
    let experimental = Surface::read("a", &less, &more).unwrap();
    let stable = Surface::read("b", &more, &more).unwrap();
    let lines = |diff: Diff| diff.changes.iter().map(line).collect::<Vec<_>>();
    let expected = ["became_stable ProbeRunParams.a: additive, minor"];
    assert_eq!(lines(diff(&experimental, &stable)), expected);
    let expected = ["became_experimental ProbeRunParams.a: breaking, major"];
    assert_eq!(lines(diff(&stable, &experimental)), expected);
}

#[test]
fn the_methods_given_limit_the_diff_closed_over_references() {
    let [old, new] = ["0.166.0", "0.169.0"].map(crate::diff::release);
    let all = diff(&old, &new);
    let limited = diff_of(&old, &new, &["turn/start".to_owned()].into());
    assert!(limited.changes.len() < all.changes.len());
    let places: Vec<_> = limited.changes.iter().map(|it| it.place.as_str()).collect();
    // Two references away from the params.
    assert!(places.contains(&"UserInput[audio].fileId"), "{places:?}");
    assert!(!places.contains(&"thread/section/changed"), "{places:?}");
}

#[test]
fn what_the_methods_given_only_bring_back_is_read_though_others_send_it() {
    let [newer, older] = ["0.169.0", "0.166.0"].map(crate::diff::release);
    let lost = |methods: &[&str]| {
        let methods = methods.iter().map(|it| (*it).to_owned()).collect();
        let diff = diff_of(&newer, &older, &methods);
        let is_it = |it: &&Change| it.place == "FunctionCallOutputContentItem[input_audio].file_id";
        let change = diff.changes.iter().find(is_it).unwrap();
        (change.direction, change.effect)
    };
    assert_eq!(lost(&["thread/start"]), (Direction::ServerToClient, Effect::None));
    let both = ["thread/start", "turn/start"];
    assert_eq!(lost(&both), (Direction::Both, Effect::Breaking));
}

#[test]
fn a_new_member_that_puts_an_older_one_in_a_box_changes_the_crate() {
    let surface = |knot: Value| {
        let params = object(json!({ "knot": { "$ref": "#/definitions/v2/Knot" } }), &[]);
        let text = bundle(params, object(json!({}), &[]));
        let text = text.replace(r#""Path":"#, &format!(r#""Knot": {knot}, "Path":"#));
        Surface::read_one("a", &text).unwrap()
    };
    let old = surface(object(json!({}), &[]));
    let back = json!({ "back": { "$ref": "#/definitions/v2/ProbeRunParams" } });
    let lines: Vec<_> = diff(&old, &surface(object(back, &[]))).changes.iter().map(line).collect();
    assert_eq!(
        lines,
        ["field_added Knot.back: additive, minor", "type_renamed ProbeRunParams.knot: none, major"]
    );
}

#[test]
fn the_values_of_a_number_are_no_items_of_the_crate() {
    let of = |values: Value| {
        object(json!({ "a": { "type": "integer", "format": "uint8", "enum": values } }), &[])
    };
    let any = || object(json!({ "a": { "type": "integer", "format": "uint8" } }), &[]);
    check(
        of(json!([1])),
        of(json!([2, 3])),
        &[
            "value_removed ProbeRunParams.a[1]: breaking, none",
            "value_added ProbeRunParams.a[2]: additive, none",
            "value_added ProbeRunParams.a[3]: additive, none",
        ],
        &[
            "value_added ProbeRunResponse.a[2]: additive, none",
            "value_added ProbeRunResponse.a[3]: additive, none",
            "value_removed ProbeRunResponse.a[1]: none, none",
        ],
    );
    check(
        of(json!([1])),
        any(),
        &["value_added ProbeRunParams.a: additive, none"],
        &["value_added ProbeRunResponse.a: additive, none"],
    );
    let diff = sent(any(), of(json!([1, 2])));
    assert_eq!(diff.changes[0].detail.as_deref(), Some("any -> 1, 2"));
    let other = object(json!({ "a": { "type": "integer", "format": "int8", "enum": [1] } }), &[]);
    check(
        of(json!([1])),
        other,
        &["type_changed ProbeRunParams.a: breaking, major"],
        &["type_changed ProbeRunResponse.a: breaking, major"],
    );
}
