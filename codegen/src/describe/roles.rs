//! What a type is to a method: its params, its response.

use std::collections::BTreeMap;

use super::{Paragraphs, add, link, list};
use crate::history::History;
use crate::model::{Method, MethodKind, Model};
use crate::shape::{Definition, Shape, Shapes};

/// What to say of each type that methods carry.
pub(super) fn of_types(model: &Model, shapes: &Shapes, history: &History) -> Paragraphs {
    let mut carried: BTreeMap<&str, Vec<&Method>> = BTreeMap::new();
    let mut returned: BTreeMap<&str, Vec<&Method>> = BTreeMap::new();
    for method in &model.methods {
        // The struct that stands for a method has docs of its own.
        if let (Some(params), None) = (&method.params, &method.stand_in) {
            carried.entry(params).or_default().push(method);
        }
        if let Some(response) = &method.response {
            returned.entry(response).or_default().push(method);
        }
    }
    let mut paragraphs = Paragraphs::new();
    for (name, definition) in shapes {
        let mut docs = None;
        if let Some(methods) = carried.get(name.as_str()) {
            let [first, more @ ..] = methods.as_slice() else { continue };
            // A stable type may be the params of a method that is experimental.
            let response = first.response.as_ref().and_then(|it| shapes.get(it));
            let is_there = definition.experimental || response.is_none_or(|it| !it.experimental);
            add(&mut docs, Some(params(first, more, is_there)));
            add(&mut docs, ages(methods, history));
        }
        if let Some(methods) = returned.get(name.as_str()) {
            add(&mut docs, Some(response(definition, methods)));
        }
        paragraphs.extend(docs.map(|it| (name.clone(), it)));
    }
    paragraphs
}

/// Completes the docs of the methods, which their variants have, and the structs that stand for them.
pub(super) fn of_methods(model: &mut Model, history: &History) {
    for method in &mut model.methods {
        let age = history.sentence(method.kind, &method.name);
        let role = match (&method.params, &method.stand_in) {
            (None, _) => Some(without_params(method)),
            (Some(shared), Some(_)) => Some(sharing_params(method, shared)),
            (Some(_), None) => None,
        };
        if role.is_some() {
            method.own_docs.clone_from(&method.docs);
            add(&mut method.own_docs, role);
            add(&mut method.own_docs, age.clone());
        }
        add(&mut method.docs, age);
    }
}

/// `request`, `experimental notification`.
fn kind(method: &Method) -> String {
    let kind = match method.kind {
        MethodKind::ClientRequest => "request",
        MethodKind::ServerRequest => "server request",
        MethodKind::ClientNotification | MethodKind::ServerNotification => "notification",
    };
    if method.experimental { format!("experimental {kind}") } else { kind.to_owned() }
}

fn params(first: &Method, more: &[&Method], is_response_there: bool) -> String {
    let wires = [&first].into_iter().chain(more).map(|it| format!("`{}`", it.name));
    let wires: Vec<String> = wires.collect();
    let plural = if more.is_empty() { "" } else { "s" };
    let sentence = format!("Params of the {}{plural} {}.", kind(first), list(&wires));
    format!("{sentence}{}", reply(first, is_response_there))
}

fn without_params(method: &Method) -> String {
    let reply = reply(method, true);
    format!("The {} `{}`, which has no params.{reply}", kind(method), method.name)
}

fn sharing_params(method: &Method, shared: &str) -> String {
    let reply = reply(method, true);
    format!("The {} `{}`, with the params [`{shared}`].{reply}", kind(method), method.name)
}

/// The sentence about the response.
fn reply(method: &Method, is_there: bool) -> String {
    let Some(response) = &method.response else { return String::new() };
    let response = link(response, is_there);
    match method.kind {
        MethodKind::ServerRequest => format!(" The reply is {response}."),
        _ => format!(" The response is {response}."),
    }
}

fn response(definition: &Definition, methods: &[&Method]) -> String {
    let to = methods.iter().map(|method| {
        let is_there = definition.experimental || !method.experimental;
        format!("{} (`{}`)", link(&method.type_name(), is_there), method.name)
    });
    let to: Vec<String> = to.collect();
    let is_reply = methods.iter().all(|it| it.kind == MethodKind::ServerRequest);
    let is_empty =
        matches!(&definition.shape, Shape::Struct(it) if it.fields.is_empty() && !it.open);
    let empty = if is_empty { "empty " } else { "" };
    format!("The {empty}{} to {}.", if is_reply { "reply" } else { "response" }, list(&to))
}

/// Which releases have the methods; of several, each with its name.
fn ages(methods: &[&Method], history: &History) -> Option<String> {
    let ages = methods.iter().filter_map(|method| {
        let age = history.sentence(method.kind, &method.name)?;
        Some(if methods.len() > 1 { format!("`{}`: {age}", method.name) } else { age })
    });
    let ages: Vec<String> = ages.collect();
    (!ages.is_empty()).then(|| ages.join("\n\n"))
}
