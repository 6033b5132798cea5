//! Small parts of the pinned schema that stand by themselves. The whole schema takes the generator most
//! of a second, a part of it less than a millisecond.
//!
//! One part has the least method of each sort. Each other part has one of these two:
//!
//! - a method, with the first few definitions that it leads to;
//! - a definition, or some members or arms of a large one, with one method that leads to it.
//!
//! Of what is referred to beyond that, a stub is left: an object with its id, or a text.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use codex_app_codegen::check;
use serde_json::{Map, Value, json};

/// A part: what is left of the stable and of the experimental bundle.
pub type Slice = [Value; 2];

/// All parts, and what they show.
pub struct Slices {
    /// The parts that the generator takes as they are.
    pub slices: Vec<Slice>,
    /// How many definitions the schema has that become types.
    pub n_definitions: usize,
    /// The definitions of which no part has all.
    pub hidden: Vec<String>,
}

const UNIONS: [&str; 4] =
    ["ClientNotification", "ClientRequest", "ServerNotification", "ServerRequest"];

/// How many definitions a method comes with.
const MOST_DEFINITIONS: usize = 3;

/// How many members or arms a definition has in one part.
const MOST_MEMBERS: usize = 6;

/// Which of the pieces of each definition a part has.
type Whole = BTreeMap<String, usize>;

/// Cuts the pinned schema.
pub fn slices(stable: &str, experimental: &str) -> Slices {
    let schema = Schema::new(stable, experimental);
    let least = UNIONS.map(|union| schema.least(union));
    let [_, request, notification, _] = least;
    let mut slices = Vec::new();
    let mut shown: BTreeSet<(String, usize)> = BTreeSet::new();

    let all: Whole = least.iter().flat_map(|it| schema.carried(it)).map(|name| (name, 0)).collect();
    slices.push(schema.slice(&least, &Whole::new(), &all));
    for arm in UNIONS.iter().flat_map(|it| schema.arms(it)) {
        let reached = schema.reach(schema.carried(arm), MOST_DEFINITIONS);
        let whole: Whole = reached.into_iter().map(|name| (name, 0)).collect();
        let slice = schema.slice(&[arm], &Whole::new(), &whole);
        if is_taken(&slice) {
            slices.push(slice);
            shown.extend(whole);
        }
    }

    let sent = schema.sent();
    let carried: BTreeMap<String, &Value> = UNIONS
        .iter()
        .flat_map(|it| schema.arms(it))
        .flat_map(|arm| schema.carried(arm).into_iter().map(move |name| (name, arm)))
        .collect();
    let is_envelope = |it: &str| it.starts_with("JSONRPC") || it == "RequestId";
    let is_type = |it: &&String| !UNIONS.contains(&it.as_str()) && !is_envelope(it);
    let names: Vec<&String> = schema.flat.keys().filter(is_type).collect();
    for name in &names {
        let own = carried.get(*name).copied();
        let usual = if sent.contains(*name) { request } else { notification };
        let arm = own.unwrap_or(usual);
        let base: Whole = schema.carried(arm).into_iter().map(|name| (name, 0)).collect();
        for piece in 0..pieces(&schema.flat[*name]).len() {
            let piece = ((*name).clone(), piece);
            if shown.contains(&piece) {
                continue;
            }
            let mut whole = base.clone();
            whole.extend([piece.clone()]);
            let slice = if own.is_some() {
                schema.slice(&[arm], &Whole::new(), &whole)
            } else {
                let mut slice = schema.slice(&[arm], &base, &whole);
                let carrier = references(&arm["properties"]["params"]).remove(0);
                slice.iter_mut().for_each(|bundle| refer(bundle, &carrier, name));
                slice
            };
            if is_taken(&slice) {
                slices.push(slice);
                shown.insert(piece);
            }
        }
    }
    let is_hidden = |name: &&&String| {
        let pieces = 0..pieces(&schema.flat[**name]).len();
        !pieces.into_iter().all(|piece| shown.contains(&((**name).clone(), piece)))
    };
    let hidden = names.iter().filter(is_hidden).map(|it| (*it).clone()).collect();
    Slices { slices, n_definitions: names.len(), hidden }
}

/// Whether the generator takes it.
fn is_taken([stable, experimental]: &Slice) -> bool {
    check(stable.clone(), experimental.clone(), "0.0.0").is_ok()
}

struct Schema {
    bundles: [Value; 2],
    /// The definitions of the experimental bundle.
    flat: Map<String, Value>,
}

impl Schema {
    fn new(stable: &str, experimental: &str) -> Self {
        let bundles = [stable, experimental]
            .map(|it| serde_json::from_str::<Value>(it).expect("the bundle is JSON"));
        let outer = bundles[1]["definitions"].as_object().expect("a bundle has definitions");
        let inner = outer["v2"].as_object().expect("there are two namespaces");
        let mut flat: Map<String, Value> = outer.clone().into_iter().chain(inner.clone()).collect();
        flat.remove("v2");
        Self { bundles, flat }
    }

    fn arms(&self, union: &str) -> &[Value] {
        self.flat[union]["oneOf"].as_array().expect("a union has arms")
    }

    /// The method of this sort that leads to the fewest definitions.
    fn least(&self, union: &str) -> &Value {
        let is_usual = |arm: &&Value| match union {
            // One that has all ids.
            "ServerNotification" => method(arm) == "item/agentMessage/delta",
            "ClientNotification" => true,
            _ => self.carried(arm).len() == 2,
        };
        let usual = self.arms(union).iter().filter(is_usual);
        let least = usual.min_by_key(|arm| self.reach(self.carried(arm), usize::MAX).len());
        least.expect("a union has such an arm")
    }

    /// The params and the response of a method.
    fn carried(&self, arm: &Value) -> Vec<String> {
        let response = responses(arm).find(|it| self.flat.contains_key(it));
        references(&arm["properties"]["params"]).into_iter().chain(response).collect()
    }

    /// The first definitions that these lead to, themselves included.
    fn reach(&self, from: Vec<String>, most: usize) -> BTreeSet<String> {
        let mut open = VecDeque::from(from);
        let mut reached = BTreeSet::new();
        while let Some(name) = open.pop_front() {
            if reached.len() == most {
                break;
            }
            if let Some(definition) = self.flat.get(&name)
                && reached.insert(name)
            {
                open.extend(references(definition));
            }
        }
        reached
    }

    /// What a client sends.
    fn sent(&self) -> BTreeSet<String> {
        let of = |union: &str, is_answer: bool| {
            let carried = self.arms(union).iter().flat_map(|it| self.carried(it));
            carried.filter(move |it| it.ends_with("Response") == is_answer).collect::<Vec<_>>()
        };
        self.reach([of("ClientRequest", false), of("ServerRequest", true)].concat(), usize::MAX)
    }

    /// Both bundles with these definitions and methods, as far as they have them, and stubs; `base` is
    /// what the part is not about.
    fn slice(&self, arms: &[&Value], base: &Whole, whole: &Whole) -> Slice {
        self.bundles.each_ref().map(|bundle| self.keep(bundle, arms, base, whole))
    }

    fn keep(&self, bundle: &Value, arms: &[&Value], base: &Whole, whole: &Whole) -> Value {
        let outer = bundle["definitions"].as_object().expect("a bundle has definitions");
        let inner = outer["v2"].as_object().expect("there are two namespaces");
        let mut kept: Map<String, Value> = whole
            .iter()
            .filter_map(|(name, piece)| {
                let own = inner.get(name).or_else(|| outer.get(name))?;
                let labels = &pieces(&self.flat[name])[*piece];
                Some((name.clone(), only(own, labels)))
            })
            .collect();
        let mut definitions = Map::new();
        for union in UNIONS {
            let own = outer[union]["oneOf"].as_array().expect("a union has arms");
            let is_kept = |it: &&Value| arms.iter().any(|arm| method(it) == method(arm));
            let own = own.iter().filter(is_kept).cloned().collect::<Vec<_>>();
            definitions.insert(union.to_owned(), json!({"oneOf": own}));
        }
        let referred = kept.values().chain(definitions.values()).flat_map(references);
        for name in referred.collect::<BTreeSet<_>>() {
            if let Some(own) = inner.get(&name).or_else(|| outer.get(&name)) {
                kept.entry(name).or_insert_with(|| stub(own));
            }
        }
        // Few changes are made in the outer namespace.
        let (all, own): (Map<_, _>, Map<_, _>) =
            kept.into_iter().partition(|(name, _)| base.contains_key(name));
        definitions.extend(all);
        definitions.insert("v2".to_owned(), own.into());
        json!({"definitions": definitions})
    }
}

fn method(arm: &Value) -> &str {
    arm["properties"]["method"]["enum"][0].as_str().unwrap_or_default()
}

/// What the response of a method may be called, the likeliest first.
fn responses(arm: &Value) -> impl Iterator<Item = String> {
    let segments = method(arm).split(['/', '_']).map(|it| it[..1].to_uppercase() + &it[1..]);
    let segments = segments.collect::<Vec<_>>();
    let by_params = references(&arm["properties"]["params"]).into_iter();
    let by_params = by_params.filter_map(|it| it.strip_suffix("Params").map(str::to_owned));
    let by_method = (0..segments.len()).map(move |first| segments[first..].concat());
    by_params.chain(by_method).map(|it| it + "Response")
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

/// What a piece of a definition has of its members and arms, by label.
type Labels = BTreeSet<String>;

/// A definition cut into pieces of a few members or arms each.
fn pieces(definition: &Value) -> Vec<Labels> {
    let members = definition["properties"].as_object().into_iter().flatten();
    let members = members.map(|it| it.0.clone());
    let arms = ["oneOf", "anyOf"].into_iter().filter_map(|it| definition[it].as_array()).flatten();
    let labels: Vec<String> = members.chain(arms.map(label)).collect();
    match labels.is_empty() {
        true => vec![Labels::new()],
        false => labels.chunks(MOST_MEMBERS).map(|it| it.iter().cloned().collect()).collect(),
    }
}

/// A definition with these members and arms only.
fn only(definition: &Value, labels: &Labels) -> Value {
    let mut definition = definition.clone();
    if let Some(members) = definition.get_mut("properties").and_then(Value::as_object_mut) {
        members.retain(|name, _| labels.contains(name));
    }
    if let Some(required) = definition.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|it| it.as_str().is_some_and(|it| labels.contains(it)));
    }
    for keyword in ["oneOf", "anyOf"] {
        if let Some(arms) = definition.get_mut(keyword).and_then(Value::as_array_mut) {
            arms.retain(|arm| labels.contains(&label(arm)));
        }
    }
    definition
}

/// What an arm is told apart by.
fn label(arm: &Value) -> String {
    let by_title = arm.get("title").or_else(|| arm.get("$ref")).or_else(|| arm.get("enum"));
    by_title.or_else(|| arm.get("type")).map(Value::to_string).unwrap_or_default()
}

fn stub(definition: &Value) -> Value {
    let id = &definition["properties"]["id"];
    match definition["type"].as_str() {
        Some("object") if id["type"] == "string" => {
            json!({"type": "object", "properties": {"id": id}, "required": ["id"]})
        }
        Some("object") => json!({"type": "object"}),
        _ => json!({"type": "string"}),
    }
}

/// Adds a member to an object that is of this definition, if the bundle has it.
fn refer(bundle: &mut Value, object: &str, name: &str) {
    let definitions = &mut bundle["definitions"];
    if definitions["v2"].get(name).is_some() {
        definitions[object]["type"] = json!("object");
        definitions[object]["properties"]["probe"] = json!({"$ref": format!("#/{name}")});
    }
}
