//! The samples leave nothing out: every member and every name that the schema has for what travels
//! occurs in one of them.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::sample::{Content, Node, samples};
use crate::schema::{Schema, bundle};
use crate::subject::{received, sent};

/// Collects what a schema names, and follows its references.
#[derive(Default)]
struct Named {
    members: BTreeSet<&'static str>,
    names: BTreeSet<&'static str>,
    followed: BTreeSet<&'static str>,
}

impl Named {
    fn collect(&mut self, schema: Schema) {
        if let Some(reference) = schema["$ref"].as_str()
            && self.followed.insert(reference)
        {
            self.collect(bundle().target(reference).1);
        }
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            self.members.insert(name);
            self.collect(member);
        }
        let names = schema["enum"].as_array().into_iter().flatten();
        self.names.extend(names.filter_map(Value::as_str));
        for keyword in ["allOf", "anyOf", "oneOf"] {
            schema[keyword].as_array().into_iter().flatten().for_each(|it| self.collect(it));
        }
        for keyword in ["additionalProperties", "items"] {
            schema.get(keyword).into_iter().for_each(|it| self.collect(it));
        }
    }

    fn collect_sample(&mut self, node: &Node) {
        match &node.content {
            Content::Name(name) => {
                self.names.insert(name);
            }
            Content::Object(_, members) => {
                self.members.extend(members.iter().map(|(name, _)| name));
            }
            _ => {}
        }
        node.children().into_iter().for_each(|(_, child)| self.collect_sample(child));
    }
}

#[test]
fn every_member_and_every_name_of_the_schema_is_sampled() {
    let (mut expected, mut found) = (Named::default(), Named::default());
    for subject in received().into_iter().chain(sent()) {
        expected.collect(subject.schema);
        samples(&subject).iter().for_each(|sample| found.collect_sample(sample));
    }
    let missing: Vec<_> = expected.members.difference(&found.members).collect();
    assert!(missing.is_empty(), "members {missing:?}");
    let missing: Vec<_> = expected.names.difference(&found.names).collect();
    assert!(missing.is_empty(), "names {missing:?}");
    let (n_members, n_names) = (expected.members.len(), expected.names.len());
    println!("{} definitions, {n_members} members, {n_names} names", expected.followed.len());
    assert!(n_members > 500 && n_names > 300, "{n_members} members, {n_names} names");
}
