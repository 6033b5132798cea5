//! The methods of two releases: which come and go, and whether they still carry and answer the same.

use super::change::{Change, Kind};
use super::definitions::Comparison;
use super::place::Place;
use super::{Surface, sensitive};
use crate::model::{Flow, Method};
use crate::shape::{Shape, Type};

/// The changes of the methods themselves; what their types are made of is compared elsewhere.
pub(super) fn compare(old: &Surface, new: &Surface) -> Vec<Change> {
    let mut comparison = Comparison::new(old, new);
    for before in &old.model.methods {
        match find(new, before) {
            None => comparison.add(place(before, true).change(Kind::MethodRemoved)),
            Some(after) => both(&mut comparison, before, after),
        }
    }
    for after in new.model.methods.iter().filter(|it| find(old, it).is_none()) {
        comparison.add(place(after, true).change(Kind::MethodAdded));
    }
    comparison.finish()
}

fn find<'a>(surface: &'a Surface, method: &Method) -> Option<&'a Method> {
    surface.model.methods.iter().find(|it| (it.kind, &it.name) == (method.kind, &method.name))
}

fn both(comparison: &mut Comparison<'_>, before: &Method, after: &Method) {
    match (before.experimental, after.experimental) {
        (true, false) => comparison.add(place(after, true).change(Kind::BecameStable)),
        (false, true) => comparison.add(place(after, true).change(Kind::BecameExperimental)),
        _ => {}
    }
    let params = place(after, true).inner(" params");
    match (&before.params, &after.params) {
        (None, None) => {}
        (Some(old), Some(new)) => comparison.ty(&params, &named(old), &named(new)),
        (None, Some(new)) => {
            let mut change = params.change(Kind::ParamsAdded);
            if !has_required(comparison.new, new) {
                change.effect = change.effect.min(super::Effect::Additive);
            }
            comparison.add(change);
        }
        (Some(_), None) => comparison.add(params.change(Kind::ParamsRemoved)),
    }
    // A response that is not known on one side has been found by no rule: not a change.
    if let (Some(old), Some(new)) = (&before.response, &after.response) {
        let response = place(after, false).inner(" response");
        comparison.ty(&response, &named(old), &named(new));
    }
}

fn named(name: &str) -> Type {
    Type::Named(name.to_owned())
}

fn has_required(surface: &Surface, params: &str) -> bool {
    match surface.definition(params).map(|it| &it.shape) {
        Some(Shape::Struct(structure)) => structure.fields.iter().any(|it| it.required),
        _ => true,
    }
}

/// Where a method's params are, or its response.
fn place(method: &Method, is_params: bool) -> Place {
    let sent = method.kind.is_from_client() == is_params;
    Place {
        path: method.name.clone(),
        flow: Flow { sent, received: !sent },
        methods: [method.name.clone()].into(),
        experimental: method.experimental,
        sensitive: sensitive::is_sensitive(&method.name),
    }
}
