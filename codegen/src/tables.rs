//! That no table of the generator has an entry which no release needs. Tests only; the exceptions of
//! `pairing.rs` are checked whenever something is generated, because they say for which releases they
//! are.
//!
//! The two lists of secrets in `normalise/read.rs` are not checked: a name that no member has today is
//! still one that must not be printed tomorrow.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::emit::{argument, constructor, placement};
use crate::load::{Bundle, load};
use crate::model::{self, Model};
use crate::shape::{Shape, Shapes, Struct, Type};
use crate::{describe, docs, names, normalise, types};

/// A release of which the bundles are checked in.
struct Release {
    bundle: Bundle,
    model: Model,
    shapes: Shapes,
}

impl Release {
    fn read(folder: &Path) -> Self {
        let read =
            |name, file: &str| load(name, &fs::read_to_string(folder.join(file)).unwrap()).unwrap();
        let (stable, bundle) =
            (read("stable", "stable.json"), read("experimental", "experimental.json"));
        let model = model::outline(&stable, &bundle).unwrap();
        let shapes = normalise::normalise(&stable, &bundle).unwrap();
        Self { bundle, model, shapes }
    }

    fn has_method(&self, test: impl Fn(&str) -> bool) -> bool {
        self.model.methods.iter().any(|it| test(&it.name))
    }

    fn has_member(&self, test: impl Fn(&str, &str, &Type) -> bool) -> bool {
        self.shapes.iter().any(|(name, it)| match &it.shape {
            Shape::Struct(Struct { fields, .. }) => {
                let owner = it.parent.as_deref().unwrap_or(name);
                fields.iter().any(|field| test(owner, &field.wire, &field.ty))
            }
            _ => false,
        })
    }

    /// Whether some line of a description is like this.
    fn has_description(&self, test: impl Fn(&str) -> bool) -> bool {
        let test: &dyn Fn(&str) -> bool = &test;
        self.bundle.definitions.values().any(|it| is_described(it, test))
    }

    fn has_member_called(&self, name: &str) -> bool {
        self.has_member(|_, wire, _| wire == name)
    }

    /// Whether a definition has a member or a variant of this name.
    fn has_part(&self, name: &str, wire: &str) -> bool {
        self.shapes.get(name).is_some_and(|it| match &it.shape {
            Shape::Struct(it) => it.fields.iter().any(|field| field.wire == wire),
            Shape::StringEnum(values) => values.iter().any(|value| value.wire == wire),
            Shape::Tagged { variants, .. } | Shape::Keyed(variants) => {
                variants.iter().any(|variant| variant.wire == wire)
            }
            Shape::Untagged(variants) => variants.iter().any(|variant| variant.name == wire),
            Shape::Text | Shape::Alias(_) => false,
        })
    }
}

fn is_described(schema: &Value, test: &dyn Fn(&str) -> bool) -> bool {
    match schema {
        Value::Object(members) => members.iter().any(|(key, value)| match value {
            Value::String(text) if key == "description" => text.lines().any(test),
            value => is_described(value, test),
        }),
        Value::Array(elements) => elements.iter().any(|it| is_described(it, test)),
        _ => false,
    }
}

fn releases() -> Vec<Release> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let entries = fs::read_dir(package.join("tests/releases")).unwrap();
    let folders = entries.map(|it| it.unwrap().path()).filter(|it| it.is_dir());
    let folders: Vec<PathBuf> = folders.chain([package.join("../schema")]).collect();
    folders.iter().map(|it| Release::read(it)).collect()
}

#[test]
fn every_entry_is_needed_by_a_release() {
    let releases = releases();
    let mut stale = Vec::new();
    let mut check = |table: &str, entry: &str, test: &dyn Fn(&Release) -> bool| {
        if !releases.iter().any(test) {
            stale.push(format!("{entry} in {table}"));
        }
    };
    for (definition, wire, _) in names::RENAMES {
        check("RENAMES in names.rs", wire, &|it| it.has_part(definition, wire));
    }
    for (from, to) in names::TYPE_RENAMES {
        check("TYPE_RENAMES in names.rs", from, &|it| it.bundle.definitions.contains_key(*to));
    }
    for name in normalise::NOT_TYPES {
        check("NOT_TYPES in normalise.rs", name, &|it| it.bundle.definitions.contains_key(*name));
    }
    for member in types::IDENTITY_MEMBERS {
        check("IDENTITY_MEMBERS in types.rs", member, &|it| it.has_member_called(member));
    }
    for (member, ty) in types::IDENTITY_OBJECTS {
        let is_it = |wire: &str, it: &Type| wire == *member && it.named() == Some(ty);
        check("IDENTITY_OBJECTS in types.rs", member, &|it| {
            it.has_member(|_, wire, ty| is_it(wire, ty))
        });
    }
    for name in types::IDENTIFIED {
        let is_it = |owner: &str, wire: &str| owner == *name && wire == "id";
        check("IDENTIFIED in types.rs", name, &|it| {
            it.has_member(|owner, wire, _| is_it(owner, wire))
        });
    }
    for member in constructor::ID_MEMBERS {
        check("ID_MEMBERS in emit/constructor.rs", member, &|it| it.has_member_called(member));
    }
    for member in argument::NO_PATHS {
        check("NO_PATHS in emit/argument.rs", member, &|it| {
            argument::has_path_word(member) && it.has_member_called(member)
        });
    }
    for (part, _) in placement::TOPICS {
        let is_it = |name: &String| {
            placement::TOPICS.iter().find(|it| name.contains(it.0)).is_some_and(|it| it.0 == *part)
        };
        check("TOPICS in emit/placement.rs", part, &|it| it.shapes.keys().any(is_it));
    }
    for domain in placement::SPLIT {
        let is_it =
            |name: &str| names::snake(name.split('/').next().unwrap_or_default()) == *domain;
        check("SPLIT in emit/placement.rs", domain, &|it| {
            it.has_method(|name| is_it(name) && name.split('/').count() > 2)
        });
    }
    for method in placement::OWN_FILE {
        check("OWN_FILE in emit/placement.rs", method, &|it| it.has_method(|name| name == *method));
    }
    assert!(stale.is_empty(), "no release needs these entries, remove them: {stale:?}");
}

#[test]
fn every_entry_about_docs_is_needed_by_a_release() {
    let releases = releases();
    let is_needed = |test: &dyn Fn(&Release) -> bool| releases.iter().any(test);
    for (name, _) in describe::OUR_WORDS {
        let is_undescribed =
            |it: &Release| it.shapes.get(*name).is_some_and(|it| it.docs.is_none());
        assert!(is_needed(&is_undescribed), "remove {name} from OUR_WORDS in describe.rs");
    }
    for (mark, _) in docs::MARKS {
        let is_used = |it: &Release| it.has_description(|line| line.trim_start().starts_with(mark));
        assert!(is_needed(&is_used), "remove {mark:?} from MARKS in docs.rs");
    }
    for text in docs::ABOUT_THE_SERVER {
        let is_used = |it: &Release| it.has_description(|line| line.contains(text));
        assert!(is_needed(&is_used), "remove {text:?} from ABOUT_THE_SERVER in docs.rs");
    }
}
