//! Wire names to Rust names, with the few that need help; and that no two things get one name.

mod reserved;

use std::collections::BTreeMap;

pub(crate) use self::reserved::file;
use crate::Error;
use crate::model::Model;
use crate::shape::Shapes;

/// `(definition, wire name, Rust name)`: variants and members whose names by rule are taken, or none.
pub(crate) const RENAMES: &[(&str, &str, &str)] = &[
    // Beside `openai/form`; the server's older spelling of the same mode.
    ("McpServerElicitationRequestParams", "openaiForm", "OpenaiFormCompat"),
];

/// `(definition, Rust name)`: definitions whose own names are taken.
pub(crate) const TYPE_RENAMES: &[(&str, &str)] = &[];

/// `item/agentMessage/delta` to `ItemAgentMessageDelta`, `on-request` to `OnRequest`.
pub(crate) fn pascal(wire: &str) -> String {
    let mut name = String::with_capacity(wire.len());
    let mut upper = true;
    for character in wire.chars() {
        if !character.is_alphanumeric() {
            upper = true;
        } else if upper {
            name.extend(character.to_uppercase());
            upper = false;
        } else {
            name.push(character);
        }
    }
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert(0, 'V');
    }
    name
}

/// `agentMessage` to `agent_message`, with a trailing underscore where that is a keyword.
pub(crate) fn snake(wire: &str) -> String {
    let mut name = String::with_capacity(wire.len() + 4);
    let mut previous_lower = false;
    for character in wire.chars() {
        if !character.is_alphanumeric() {
            if !name.is_empty() && !name.ends_with('_') {
                name.push('_');
            }
            previous_lower = false;
        } else {
            if character.is_uppercase() && previous_lower {
                name.push('_');
            }
            previous_lower = character.is_lowercase() || character.is_ascii_digit();
            name.extend(character.to_lowercase());
        }
    }
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        name.insert(0, 'v');
    }
    if !is_ident(&name) {
        name.push('_');
    }
    name
}

/// Whether a title of the schema can name a Rust type as it is.
pub(crate) fn is_type_name(title: &str) -> bool {
    title.starts_with(|first: char| first.is_ascii_uppercase())
        && title.chars().all(|character| character.is_ascii_alphanumeric())
        && is_ident(title)
}

fn is_ident(name: &str) -> bool {
    name != "_" && syn::parse_str::<syn::Ident>(name).is_ok()
}

/// Checks that every definition, and every struct that stands for a method, can have its name.
///
/// # Errors
///
/// Names the definition whose name is taken, or no name in Rust.
pub(crate) fn check_types(model: &Model, shapes: &Shapes) -> Result<(), Error> {
    let mut taken: BTreeMap<String, String> =
        shapes.keys().map(|name| (name.clone(), format!("the definition {name}"))).collect();
    let own = model.methods.iter().filter(|it| it.params.is_none() || it.stand_in.is_some());
    for method in own {
        let (name, here) = (method.type_name(), format!("the method {}", method.name));
        if let Some(first) = taken.insert(name.clone(), here.clone()) {
            return Err(Error::Ambiguous { name, first, second: here });
        }
    }
    match taken.into_keys().find(|name| reserved::is_reserved(name) || !is_type_name(name)) {
        Some(definition) => Err(Error::Reserved { definition }),
        None => Ok(()),
    }
}

/// The name under which a definition goes.
pub(crate) fn definition(name: &str) -> &str {
    renamed(TYPE_RENAMES, name)
}

fn renamed<'a>(renames: &[(&str, &'a str)], name: &'a str) -> &'a str {
    renames.iter().find(|(from, _)| *from == name).map_or(name, |(_, to)| to)
}

/// The Rust names of the variants of one definition, in order.
pub(crate) fn variants<'a>(
    definition: &str,
    wires: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<String>, Error> {
    // The room for what this schema does not know is a variant too.
    unique(definition, &["Unknown"], wires, |wire| variant(definition, wire))
}

/// The Rust names of the members of one definition, in order.
pub(crate) fn members<'a>(
    definition: &str,
    wires: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<String>, Error> {
    // What a struct may have beside its members.
    unique(definition, &["additional", "nulls", "unsendable"], wires, |wire| {
        rename(definition, wire).map_or_else(|| snake(wire), str::to_owned)
    })
}

fn unique<'a>(
    definition: &str,
    ours: &[&str],
    wires: impl IntoIterator<Item = &'a str>,
    rename: impl Fn(&str) -> String,
) -> Result<Vec<String>, Error> {
    let ours = ours.iter().map(|name| ((*name).to_owned(), "what the crate adds".to_owned()));
    let mut taken: BTreeMap<String, String> = ours.collect();
    wires
        .into_iter()
        .map(|wire| {
            let name = rename(wire);
            let definition = definition.to_owned();
            if !is_ident(&name) {
                return Err(Error::Unnameable { definition, wire: wire.to_owned() });
            }
            match taken.insert(name.clone(), format!("{wire:?}")) {
                None => Ok(name),
                Some(first) => {
                    Err(Error::NameCollision { definition, first, second: wire.to_owned(), name })
                }
            }
        })
        .collect()
}

fn rename(definition: &str, wire: &str) -> Option<&'static str> {
    let is_it = |(owner, from, _): &&(&str, &str, &str)| *owner == definition && *from == wire;
    RENAMES.iter().find(is_it).map(|(_, _, to)| *to)
}

/// The Rust name of one variant.
///
/// The wire's own `unknown` is `Unspecified`: `Unknown` is what this crate does not know.
pub(crate) fn variant(definition: &str, wire: &str) -> String {
    match wire {
        "unknown" => "Unspecified".to_owned(),
        "" => "Empty".to_owned(),
        wire => rename(definition, wire).map_or_else(|| pascal(wire), str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_names_become_types_and_variants() {
        for (wire, name) in [
            ("item/agentMessage/delta", "ItemAgentMessageDelta"),
            ("on-request", "OnRequest"),
            ("input_text", "InputText"),
            ("gpt-4.1", "Gpt41"),
            ("2xl", "V2xl"),
        ] {
            assert_eq!(pascal(wire), name);
        }
    }

    #[test]
    fn wire_names_become_fields() {
        for (wire, name) in [
            ("threadId", "thread_id"),
            ("_meta", "meta"),
            ("type", "type_"),
            ("client-private-key", "client_private_key"),
            ("createdAtMs", "created_at_ms"),
            ("text_elements", "text_elements"),
            ("2xl", "v2xl"),
        ] {
            assert_eq!(snake(wire), name);
        }
    }

    #[test]
    fn two_wire_names_with_one_rust_name_are_an_error_that_names_both() {
        let error = variants("Mode", ["a/b", "aB"]).unwrap_err().to_string();
        assert!(error.starts_with(r#"Mode: "a/b" and "aB" both become AB"#), "{error}");
        assert!(
            variants("McpServerElicitationRequestParams", ["openai/form", "openaiForm"]).is_ok()
        );
    }

    #[test]
    fn members_are_told_apart_from_each_other_and_from_what_a_struct_has_beside_them() {
        let error = |wires: &[&'static str]| {
            members("Turn", wires.iter().copied()).unwrap_err().to_string()
        };
        assert_eq!(
            error(&["fooBar", "foo_bar"]),
            r#"Turn: "fooBar" and "foo_bar" both become foo_bar; add one to RENAMES in codegen/src/names.rs"#
        );
        assert!(error(&["nulls"]).contains(r#"what the crate adds and "nulls""#));
        assert!(error(&["additional"]).contains("both become additional"));
        assert!(error(&["unsendable"]).contains("both become unsendable"));
        assert_eq!(members("Turn", ["id", "type"]).unwrap(), ["id", "type_"]);
    }

    #[test]
    fn what_has_no_letters_needs_a_name() {
        let error = variants("Op", ["<", ">"]).unwrap_err().to_string();
        assert!(
            error.starts_with(r#"Op: "<" is not a valid Rust name; add it to RENAMES"#),
            "{error}"
        );
        assert!(variants("Op", ["self"]).is_err() && members("Op", ["_"]).is_err());
        assert_eq!(variants("Op", ["", "x"]).unwrap(), ["Empty", "X"]);
    }

    #[test]
    fn a_definition_goes_under_another_name_where_the_table_says_so() {
        let table = [("Header", "HeaderItem")];
        assert_eq!((renamed(&table, "Header"), renamed(&table, "Other")), ("HeaderItem", "Other"));
    }

    #[test]
    fn a_file_is_no_keyword_and_none_of_the_others() {
        let file = |domain: &str| file(domain.to_owned());
        assert_eq!(
            (file("type"), file("history")),
            ("type_methods".into(), "history_methods".into())
        );
        assert_eq!(file("thread_goal"), "thread_goal");
    }

    #[test]
    fn the_wires_own_unknown_is_not_ours() {
        assert_eq!(variants("PlanType", ["free", "unknown"]).unwrap(), ["Free", "Unspecified"]);
    }
}
