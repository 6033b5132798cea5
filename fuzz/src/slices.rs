//! Parts of the pinned schema that stand by themselves: one method and all that it refers to, with the
//! least of each other sort beside it. The whole schema takes the generator most of a second, a part of
//! it some milliseconds.

use std::collections::BTreeSet;

use codex_app_codegen::{Input, generate};
use serde_json::{Map, Value, json};

/// A part: what is left of the stable and of the experimental bundle.
pub type Slice = [Value; 2];

const UNIONS: [&str; 4] =
    ["ClientRequest", "ClientNotification", "ServerRequest", "ServerNotification"];

/// All parts that the generator takes as they are, the smallest first.
pub fn slices(stable: &str, experimental: &str) -> Vec<Slice> {
    let bundles = [stable, experimental]
        .map(|it| serde_json::from_str::<Value>(it).expect("the bundle is JSON"));
    let flat = flatten(&bundles[1]);
    let arms = |union: &str| flat[union]["oneOf"].as_array().expect("a union has arms");
    let is_usual = |union: &str, arm: &Value| match union {
        // One that has all ids.
        "ServerNotification" => arm["properties"]["method"]["enum"][0] == "item/agentMessage/delta",
        "ClientNotification" => true,
        _ => responses(arm).iter().any(|it| flat.contains_key(it)),
    };
    let least = UNIONS.map(|union| {
        let usual = arms(union).iter().filter(|it| is_usual(union, it));
        usual.min_by_key(|it| closure(&flat, &[*it]).len()).expect("a union has such an arm")
    });
    let mut slices = Vec::new();
    for union in UNIONS {
        for arm in arms(union) {
            let mut arms = least.to_vec();
            arms.push(arm);
            let kept = closure(&flat, &arms);
            let slice = bundles.each_ref().map(|it| keep(it, &arms, &kept));
            if generates(&slice) {
                slices.push((kept.len(), slice));
            }
        }
    }
    slices.sort_by_key(|it| it.0);
    slices.into_iter().map(|it| it.1).collect()
}

/// Whether the generator takes it.
fn generates(slice: &Slice) -> bool {
    let [stable, experimental] = slice.each_ref().map(Value::to_string);
    let [stable, experimental] = [stable.as_str(), experimental.as_str()];
    generate(&Input { server_version: "0.0.0", stable, experimental, history: &[] }).is_ok()
}

/// Both namespaces in one.
fn flatten(bundle: &Value) -> Map<String, Value> {
    let outer = bundle["definitions"].as_object().expect("a bundle has definitions");
    let inner = outer["v2"].as_object().expect("there are two namespaces").clone();
    outer.clone().into_iter().chain(inner).collect()
}

/// The names of all definitions that methods refer to, their responses included.
fn closure(flat: &Map<String, Value>, arms: &[&Value]) -> BTreeSet<String> {
    let mut open = Vec::new();
    for arm in arms {
        open.extend(references(arm));
        open.extend(responses(arm).into_iter().filter(|it| flat.contains_key(it)));
    }
    let mut kept = BTreeSet::new();
    while let Some(name) = open.pop() {
        if let Some(definition) = flat.get(&name)
            && kept.insert(name)
        {
            open.extend(references(definition));
        }
    }
    kept
}

/// What the response of a method may be called.
fn responses(arm: &Value) -> Vec<String> {
    let method = arm["properties"]["method"]["enum"][0].as_str().unwrap_or_default();
    let segments = method.split(['/', '_']).map(|it| it[..1].to_uppercase() + &it[1..]);
    let segments = segments.collect::<Vec<_>>();
    let by_method = (0..segments.len()).map(|first| segments[first..].concat());
    let by_params = references(&arm["properties"]["params"]);
    let by_params = by_params.iter().filter_map(|it| it.strip_suffix("Params"));
    by_params.map(str::to_owned).chain(by_method).map(|it| it + "Response").collect()
}

fn references(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(members) => {
            let target = members.get("$ref").and_then(Value::as_str);
            let name = target.and_then(|it| it.rsplit('/').next()).map(str::to_owned);
            name.into_iter().chain(members.values().flat_map(references)).collect()
        }
        Value::Array(elements) => elements.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// A bundle with these definitions and methods only, as far as it has them.
fn keep(bundle: &Value, arms: &[&Value], kept: &BTreeSet<String>) -> Value {
    let only = |definitions: &Map<String, Value>| {
        let kept = definitions.iter().filter(|(name, _)| kept.contains(*name));
        kept.map(|(name, it)| (name.clone(), it.clone())).collect::<Map<_, _>>()
    };
    let outer = bundle["definitions"].as_object().expect("a bundle has definitions");
    let mut definitions = only(outer);
    let inner = outer["v2"].as_object().expect("there are two namespaces");
    definitions.insert("v2".to_owned(), only(inner).into());
    let method = |arm: &Value| arm["properties"]["method"]["enum"][0].clone();
    for union in UNIONS {
        let own = outer[union]["oneOf"].as_array().expect("a union has arms");
        let is_kept = |it: &&Value| arms.iter().any(|arm| method(it) == method(arm));
        let own = own.iter().filter(is_kept).cloned().collect::<Vec<_>>();
        definitions.insert(union.to_owned(), json!({"oneOf": own}));
    }
    json!({"definitions": definitions})
}
