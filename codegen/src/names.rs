//! Wire names to Rust names, with the few that need help.

use std::collections::BTreeMap;

use crate::Error;

/// `(definition, wire name, Rust name)`: where two wire names would become one Rust name.
const RENAMES: &[(&str, &str, &str)] = &[
    // Beside `openai/form`; the server's older spelling of the same mode.
    ("McpServerElicitationRequestParams", "openaiForm", "OpenaiFormCompat"),
];

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
    if syn::parse_str::<syn::Ident>(&name).is_err() {
        name.push('_');
    }
    name
}

/// Whether a title of the schema can name a Rust type as it is.
pub(crate) fn is_type_name(title: &str) -> bool {
    title.starts_with(|first: char| first.is_ascii_uppercase())
        && title.chars().all(|character| character.is_ascii_alphanumeric())
}

/// The Rust names of the variants of one definition, in order.
pub(crate) fn variants<'a>(
    definition: &str,
    wires: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<String>, Error> {
    let mut taken = BTreeMap::new();
    // The room for what this schema does not know is a variant too.
    taken.insert("Unknown".to_owned(), "");
    wires
        .into_iter()
        .map(|wire| {
            let name = variant(definition, wire);
            match taken.insert(name.clone(), wire) {
                None => Ok(name),
                Some(first) => Err(Error::NameCollision {
                    definition: definition.to_owned(),
                    first: first.to_owned(),
                    second: wire.to_owned(),
                    name,
                }),
            }
        })
        .collect()
}

/// The Rust name of one variant.
///
/// The wire's own `unknown` is `Unspecified`: `Unknown` is what this crate does not know.
pub(crate) fn variant(definition: &str, wire: &str) -> String {
    if wire == "unknown" {
        return "Unspecified".to_owned();
    }
    RENAMES
        .iter()
        .find(|(owner, from, _)| *owner == definition && *from == wire)
        .map_or_else(|| pascal(wire), |(_, _, to)| (*to).to_owned())
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
    fn the_wires_own_unknown_is_not_ours() {
        assert_eq!(variants("PlanType", ["free", "unknown"]).unwrap(), ["Free", "Unspecified"]);
    }
}
