//! Which file a type is in.
//!
//! A type belongs to the domain of the method that carries it: `config/read` is `config`, and
//! `thread/goal/set`, in a domain with many methods, `thread_goal`. A union with many arms has a file
//! of its own. What several domains share goes by the words of its name, then to `shared`.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use crate::Error;
use crate::model::Model;
use crate::names::{self, snake};
use crate::shape::{Shape, Type};
use crate::types::Types;

/// Types that several domains share, by a part of their name: the first entry that fits.
pub(crate) const TOPICS: &[(&str, &str)] = &[
    ("Guardian", "guardian"),
    ("Sandbox", "sandbox"),
    ("Network", "sandbox"),
    ("FileSystem", "sandbox"),
    ("PermissionProfile", "sandbox"),
    ("Approval", "approval"),
    ("CodexErrorInfo", "turn_error"),
    ("Misalignment", "turn_error"),
    ("NonSteerable", "turn_error"),
    ("UserInput", "user_input"),
    ("TextElement", "user_input"),
    ("ByteRange", "user_input"),
    ("ImageDetail", "user_input"),
    ("DynamicTool", "dynamic_tool"),
    ("FunctionCallOutput", "function_call"),
    ("Mcp", "mcp_server"),
    ("SubAgent", "agent"),
    ("CollabAgent", "agent"),
    ("SessionSource", "agent"),
    ("WebSearch", "web_search"),
    ("ImageGeneration", "image_generation"),
    ("AgentMessage", "agent_message"),
    ("RawResponse", "raw_response"),
    ("ResponseUsage", "raw_response"),
    ("Turn", "turn"),
    ("Thread", "thread"),
];

/// A tagged union with this many arms has a file of its own, with its payloads.
const MANY_ARMS: usize = 10;

/// Where a type goes that no rule places.
const SHARED: &str = "shared";

/// The tokens of each domain's file, by the file's stem; `mod` lists them all.
pub(super) fn files(
    model: &Model,
    types: &Types,
    items: &BTreeMap<&str, TokenStream>,
    methods: &BTreeMap<String, TokenStream>,
) -> Result<BTreeMap<String, TokenStream>, Error> {
    let placement = Placement::new(model, types);
    let mut files: BTreeMap<String, TokenStream> = BTreeMap::new();
    let names: BTreeSet<&str> =
        items.keys().copied().chain(methods.keys().map(String::as_str)).collect();
    for name in names {
        let (item, method) = (items.get(name), methods.get(name));
        let file = files.entry(placement.domain(name)).or_insert_with(|| {
            quote!(
                use super::*;
            )
        });
        file.extend(quote!(#item #method));
    }
    Ok(files)
}

/// The methods of each domain, by the file's stem.
pub(super) fn methods<'a>(model: &'a Model, types: &Types) -> BTreeMap<String, Vec<&'a str>> {
    let placement = Placement::new(model, types);
    let mut methods: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for method in &model.methods {
        methods.entry(placement.domain(&method.type_name())).or_default().push(&method.name);
    }
    methods
}

/// The domain of every type.
struct Placement<'a> {
    types: &'a Types,
    /// Which domains lead to a type.
    domains: BTreeMap<String, BTreeSet<String>>,
    /// Every domain that is named after a method.
    known: BTreeSet<String>,
}

impl<'a> Placement<'a> {
    fn new(model: &Model, types: &'a Types) -> Self {
        let mut placement = Self { types, domains: BTreeMap::new(), known: BTreeSet::new() };
        // What a method carries itself is placed by the method alone.
        let mut carried: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for method in &model.methods {
            let domain = domain_of(&method.name);
            placement.known.insert(domain.clone());
            for name in [Some(method.type_name()), method.response.clone()].into_iter().flatten() {
                placement.spread(&name, &domain);
                carried.entry(name).or_default().insert(domain.clone());
            }
        }
        placement.domains.extend(carried);
        placement
    }

    /// Notes a domain on everything that a type leads to.
    fn spread(&mut self, name: &str, domain: &str) {
        if !self.domains.entry(name.to_owned()).or_default().insert(domain.to_owned()) {
            return;
        }
        let Some(item) = self.types.by_name.get(name) else { return };
        let targets: Vec<&str> =
            item.definition.shape.types().into_iter().filter_map(Type::named).collect();
        for target in targets {
            self.spread(target, domain);
        }
    }

    fn domain(&self, name: &str) -> String {
        let parent = self.types.by_name.get(name).and_then(|it| it.definition.parent.as_deref());
        if let Some(parent) = parent {
            return self.domain(parent);
        }
        let shape = self.types.by_name.get(name).map(|it| &it.definition.shape);
        if let Some(Shape::Tagged { variants, .. }) = shape
            && variants.len() >= MANY_ARMS
        {
            return snake(name);
        }
        let domains = self.domains.get(name);
        if let Some(domains) = domains
            && let (1, Some(only)) = (domains.len(), domains.first())
        {
            return only.clone();
        }
        let by_name = snake(name);
        let is_prefix = |domain: &&String| {
            by_name
                .strip_prefix(domain.as_str())
                .is_some_and(|it| it.is_empty() || it.starts_with('_'))
        };
        let of_name = self.known.iter().filter(is_prefix).max_by_key(|domain| domain.len());
        let of_topic = TOPICS.iter().find(|(part, _)| name.contains(part));
        match (of_name, of_topic) {
            // `thread_realtime` says more than any topic; `thread` alone does not.
            (Some(domain), _) if domain.contains('_') => domain.clone(),
            (_, Some((_, topic))) => (*topic).to_owned(),
            (Some(domain), None) => domain.clone(),
            (None, None) => SHARED.to_owned(),
        }
    }
}

/// Domains so large that each second segment of their methods is a file of its own.
pub(crate) const SPLIT: &[&str] = &["account", "item", "mcp_server", "plugin", "thread"];

/// Methods so large that they are a file of their own in a domain that is otherwise one.
pub(crate) const OWN_FILE: &[&str] = &[
    "plugin/install",
    "plugin/list",
    "plugin/read",
    "thread/fork",
    "thread/list",
    "thread/read",
    "thread/resume",
    "thread/sample",
    "thread/search",
    "thread/start",
    "turn/start",
];

/// `config/read` to `config`, `thread/goal/set` to `thread_goal`, `initialize` to `initialize`.
fn domain_of(method: &str) -> String {
    if OWN_FILE.contains(&method) {
        return snake(method);
    }
    names::file(by_segments(method))
}

fn by_segments(method: &str) -> String {
    let mut segments = method.split('/');
    let first = segments.next().map(snake).unwrap_or_default();
    match (segments.next(), segments.next()) {
        (Some(second), Some(_)) if SPLIT.contains(&first.as_str()) => {
            format!("{first}_{}", snake(second))
        }
        _ => first.trim_end_matches('_').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_names_its_domain() {
        for (method, domain) in [
            ("config/read", "config"),
            ("thread/start", "thread_start"),
            ("thread/goal/set", "thread_goal"),
            ("fuzzyFileSearch/sessionStart", "fuzzy_file_search"),
            ("initialize", "initialize"),
            ("item/agentMessage/delta", "item_agent_message"),
            ("item/completed", "item"),
            ("type/read", "type_methods"),
        ] {
            assert_eq!(domain_of(method), domain);
        }
    }
}
