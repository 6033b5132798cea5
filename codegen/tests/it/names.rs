//! Names that the generated code cannot give: what would hide something of the protocol crate, or be
//! two things, is refused and not left to the compiler.

use std::fs;

use serde_json::{Value, json};
use syn::{Item, UseTree};

use crate::refusal::bundle;
use crate::{Bundles, workspace};

/// A bundle with one more definition, of an object.
fn with_definition(name: &str) -> Bundles {
    let mut bundles = bundle(json!({ "type": "object" }));
    let mut schema: Value = serde_json::from_str(&bundles.stable).unwrap();
    schema["definitions"]["v2"][name] = json!({ "type": "object" });
    bundles.stable = schema.to_string();
    bundles.experimental.clone_from(&bundles.stable);
    bundles
}

fn refused(bundles: &Bundles) -> String {
    bundles.generate().unwrap_err().to_string()
}

/// The types, traits and the like that these `use` items bring into scope.
fn imported(tree: &UseTree, found: &mut Vec<String>) {
    match tree {
        UseTree::Path(path) => imported(&path.tree, found),
        UseTree::Group(group) => group.items.iter().for_each(|it| imported(it, found)),
        UseTree::Name(name) => found.push(name.ident.to_string()),
        UseTree::Rename(renamed) => found.push(renamed.rename.to_string()),
        _ => {}
    }
}

#[test]
fn no_definition_can_have_the_name_of_something_in_the_protocol_crate() {
    let mut names = Vec::new();
    for file in ["lib.rs", "prelude.rs"] {
        let text = fs::read_to_string(workspace().join("protocol/src").join(file)).unwrap();
        for item in syn::parse_file(&text).unwrap().items {
            if let Item::Use(item) = item {
                imported(&item.tree, &mut names);
            }
        }
    }
    names.retain(|name| name.starts_with(|it: char| it.is_uppercase()));
    assert!(names.len() > 30, "{names:?}");
    names.extend(["Box", "Option", "ServerNotification", "METHODS"].map(str::to_owned));
    for name in names.iter().filter(|it| !REFUSED_OTHERWISE.contains(&it.as_str())) {
        let error = refused(&with_definition(name));
        let expected = format!("{name} is a reserved type name");
        assert!(
            error.starts_with(&expected),
            "add {name} to OF_THE_CRATE in codegen/src/names/reserved.rs: {error}"
        );
    }
}

/// What no type is made of: the methods' lists, the envelope, and the response of no method.
const REFUSED_OTHERWISE: [&str; 6] = [
    "ClientNotification",
    "ClientRequest",
    "RequestId",
    "Response",
    "ServerNotification",
    "ServerRequest",
];

#[test]
fn a_definition_whose_name_is_no_type_in_rust_is_refused() {
    for name in ["foo", "Foo-Bar", "Foo_Bar", "Self", "", "É"] {
        let error = refused(&with_definition(name));
        assert!(error.contains("TYPE_RENAMES in codegen/src/names.rs"), "{name}: {error}");
    }
}

#[test]
fn members_that_would_be_one_field_are_refused() {
    let error =
        |members: Value| refused(&bundle(json!({ "type": "object", "properties": members })));
    let text = || json!({ "type": "string" });
    let both = error(json!({ "fooBar": text(), "foo_bar": text() }));
    assert!(both.starts_with(r#"ProbeRunParams: "fooBar" and "foo_bar" both become foo_bar"#));
    let ours = error(json!({ "nulls": text() }));
    assert!(ours.contains(r#"what the crate adds and "nulls" both become nulls"#), "{ours}");
}

#[test]
fn what_stands_for_a_method_may_not_be_a_definition_too() {
    let mut bundles = with_definition("InitializedNotification");
    let error = refused(&bundles);
    let expected = "two different definitions of InitializedNotification: the definition \
                    InitializedNotification and the method initialized";
    assert_eq!(error, expected);
    // The same where the name is taken for another reason.
    bundles.stable = bundles.stable.replace("InitializedNotification", "AgainParams");
    bundles.stable = bundles.stable.replacen(
        r#"{"properties":{"method":{"enum":["probe/run"]"#,
        r##"{"properties":{"method":{"enum":["again"]},
            "params":{"$ref":"#/definitions/v2/ProbeRunParams"}}},
            {"properties":{"method":{"enum":["probe/run"]"##,
        1,
    );
    bundles.experimental.clone_from(&bundles.stable);
    assert!(refused(&bundles).starts_with("two different definitions of AgainParams: "));
}

/// typify would call it `HttpMode`, which no definition is.
#[test]
fn a_member_names_its_type_as_it_is() {
    let mode = json!({ "$ref": "#/definitions/v2/HTTPMode" });
    let mut bundles = bundle(json!({ "type": "object", "properties": { "mode": mode } }));
    let mut schema: Value = serde_json::from_str(&bundles.stable).unwrap();
    schema["definitions"]["v2"]["HTTPMode"] = json!({ "type": "string", "enum": ["a"] });
    bundles.stable = schema.to_string();
    bundles.experimental.clone_from(&bundles.stable);
    let output = bundles.generate().unwrap();
    assert!(
        output.files["probe.rs"].contains("pub mode: Nullable<HTTPMode>")
            || output.files["probe.rs"].contains("pub mode: Option<HTTPMode>")
    );
}
