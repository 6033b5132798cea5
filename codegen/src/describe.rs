//! What the docs of every type and variant say: the schema's own words first, then what the schema
//! implies, such as which request has these params, and where a type is used.
//!
//! It changes docs and nothing else. Links lead only to what exists wherever the docs are: the docs of
//! a stable item link to no experimental one.

mod roles;
mod uses;

use std::collections::BTreeMap;

use self::uses::Uses;
use crate::history::History;
use crate::model::Model;
use crate::shape::{Shape, Shapes, Type};
use crate::{Error, docs};

/// `(definition, description)`: the types that a program meets first, where the schema describes none
/// of them.
pub(crate) const OUR_WORDS: &[(&str, &str)] = &[
    ("AskForApproval", "The approval policy: when the server asks before it acts."),
    ("SandboxMode", "The kind of sandbox that commands run in."),
    ("SandboxPolicy", "The sandbox that commands run in, with its settings."),
    ("Thread", "A thread: a conversation with the agent, made of turns."),
    ("Turn", "A turn of a thread: an input, and what the agent does with it."),
    ("UserInput", "A part of the input of a turn, such as text or an image."),
];

/// Completes the docs of all methods and types. From here on they are Markdown.
///
/// # Errors
///
/// Fails if two wire names become one Rust name.
pub(crate) fn describe(
    model: &mut Model,
    shapes: &mut Shapes,
    history: &History,
) -> Result<(), Error> {
    for (name, definition) in shapes.iter_mut() {
        let ours = OUR_WORDS.iter().find(|it| it.0 == name).map(|it| it.1.to_owned());
        definition.docs = cleaned(definition.docs.as_deref()).or(ours);
        clean_parts(&mut definition.shape);
    }
    for method in &mut model.methods {
        method.docs = cleaned(method.docs.as_deref());
    }
    let uses = Uses::of(shapes)?;
    let mut roles = roles::of_types(model, shapes, history);
    for (name, definition) in shapes.iter_mut() {
        let role = roles.remove(name);
        let is_described = definition.docs.is_some() || role.is_some();
        add(&mut definition.docs, role);
        let use_ = uses.sentence(name, definition, is_described);
        add(&mut definition.docs, use_);
        describe_parts(&mut definition.shape);
    }
    roles::of_methods(model, history);
    Ok(())
}

fn cleaned(description: Option<&str>) -> Option<String> {
    description.and_then(docs::clean)
}

/// Adds a paragraph.
fn add(docs: &mut Option<String>, paragraph: Option<String>) {
    *docs = match (docs.take(), paragraph) {
        (Some(docs), Some(paragraph)) => Some(format!("{docs}\n\n{paragraph}")),
        (docs, paragraph) => docs.or(paragraph),
    };
}

fn clean_parts(shape: &mut Shape) {
    match shape {
        Shape::Struct(structure) => {
            for field in &mut structure.fields {
                field.docs = cleaned(field.docs.as_deref());
            }
        }
        Shape::StringEnum(values) => {
            for value in values {
                value.docs = cleaned(value.docs.as_deref());
            }
        }
        Shape::Tagged { variants, .. } | Shape::Keyed(variants) => {
            for variant in variants {
                variant.docs = cleaned(variant.docs.as_deref());
            }
        }
        Shape::Untagged(_) | Shape::Text | Shape::Alias(_) => {}
    }
}

/// Values and variants without a description have the one thing that their Rust names do not show.
fn describe_parts(shape: &mut Shape) {
    match shape {
        Shape::StringEnum(values) => {
            for value in values {
                let wire = &value.wire;
                value.docs.get_or_insert_with(|| format!("The value `{wire}`."));
            }
        }
        Shape::Tagged { variants, .. } | Shape::Keyed(variants) => {
            for variant in variants {
                let wire = &variant.wire;
                variant.docs.get_or_insert_with(|| format!("The variant `{wire}`."));
            }
        }
        Shape::Untagged(variants) => {
            for variant in variants {
                variant.docs = Some(form(&variant.payload));
            }
        }
        Shape::Struct(_) | Shape::Text | Shape::Alias(_) => {}
    }
}

/// What tells a variant of an untagged union from the others: its JSON type.
fn form(payload: &Type) -> String {
    let form = match payload {
        Type::Named(name) => return format!("A value of the type `{name}`."),
        Type::String | Type::Secret => "A string.",
        Type::Bool => "A boolean.",
        Type::Integer(_) | Type::Float => "A number.",
        Type::List(_) => "A list.",
        Type::Map(_) => "An object.",
        Type::Listed { ty, .. } | Type::Nullable(ty) => return form(ty),
        Type::Any(_) => "Any JSON.",
    };
    form.to_owned()
}

/// `a`, `a and b`, `a, b and c`.
fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [only] => only.clone(),
        [before @ .., last] => format!("{} and {last}", before.join(", ")),
    }
}

/// The name of an item, as a link if the item is there wherever the docs are.
fn link(path: &str, is_there: bool) -> String {
    if is_there { format!("[`{path}`]") } else { format!("`{path}`") }
}

/// The paragraphs about each type, by its name.
type Paragraphs = BTreeMap<String, String>;
