//! Valid messages, made from the schema: every member is set, and every arm of every union and
//! every name of every enum occurs in one of the samples.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use serde_json::{Map, Value, json};

use crate::schema::{Bundle, Schema, bundle};
use crate::shape::{Object, Shape, Style, Type, Union};
use crate::subject::Subject;

/// A place of a sample.
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) content: Content,
    pub(crate) nullable: bool,
    /// How it differs from other arms, if it is an arm of a union.
    pub(crate) arm: Option<Style>,
}

#[derive(Clone)]
pub(crate) enum Content {
    Any,
    Bool,
    Id,
    /// With the largest one that fits.
    Integer(u32),
    List(Vec<Rc<Node>>),
    Map(Vec<Rc<Node>>),
    Name(&'static str),
    Number,
    Object(Rc<Object>, Vec<(&'static str, Rc<Node>)>),
    Text,
    /// A number that the schema lists.
    Value(&'static Value),
}

/// How much of a node is written.
#[derive(Clone, Copy)]
pub(crate) enum Focus<'a> {
    Whole,
    /// Of lists and maps, the first element.
    Aside,
    /// Of lists and maps, the element that is on the path and those beside it.
    On(&'a [usize]),
}

/// The name of a member that no schema names, where one says that there may be such.
pub(crate) const ADDITIONAL: &str = "additionalMember";

/// The JSON pointer to where these keys lead.
pub(crate) fn pointer(keys: &[String]) -> String {
    keys.iter().map(|key| format!("/{}", key.replace('~', "~0").replace('/', "~1"))).collect()
}

/// All samples of a sort of message.
pub(crate) fn samples(subject: &Subject) -> Vec<Rc<Node>> {
    samples_of(bundle(), subject.schema, subject.codec.type_name)
}

/// All samples of what a schema describes.
pub(crate) fn samples_of(bundle: Bundle, schema: Schema, owner: &'static str) -> Vec<Rc<Node>> {
    Sampler { bundle, made: BTreeMap::new(), light: BTreeMap::new() }.all(schema, owner)
}

struct Sampler {
    bundle: Bundle,
    /// By where the schema is in memory.
    made: BTreeMap<usize, Vec<Rc<Node>>>,
    light: BTreeMap<usize, Rc<Node>>,
}

/// The samples of one member.
struct Column {
    name: &'static str,
    full: Vec<Rc<Node>>,
    light: Rc<Node>,
}

impl Column {
    fn at(&self, index: usize) -> Rc<Node> {
        self.full.get(index).unwrap_or(&self.light).clone()
    }
}

impl Sampler {
    fn all(&mut self, schema: Schema, owner: &'static str) -> Vec<Rc<Node>> {
        let place = std::ptr::from_ref(schema) as usize;
        if let Some(nodes) = self.made.get(&place) {
            return nodes.clone();
        }
        let Type { nullable, shape } = self.bundle.resolve(schema, owner);
        let nodes: Vec<_> = self
            .contents(&shape, owner)
            .into_iter()
            .map(|(content, arm)| Rc::new(Node { content, nullable, arm }))
            .collect();
        self.made.insert(place, nodes.clone());
        nodes
    }

    fn contents(&mut self, shape: &Shape, owner: &'static str) -> Vec<(Content, Option<Style>)> {
        let contents = match shape {
            Shape::Names(names) => names.iter().map(|name| Content::Name(name)).collect(),
            Shape::Values(values) => values.iter().map(Content::Value).collect(),
            Shape::List(items) => vec![Content::List(self.all(items, owner))],
            Shape::Map(values) => vec![Content::Map(self.all(values, owner))],
            Shape::Object(object) => self.objects(object),
            Shape::Union(union) => return self.arms(union, owner),
            leaf => vec![self::leaf(leaf)],
        };
        contents.into_iter().map(|content| (content, None)).collect()
    }

    fn arms(&mut self, union: &Union, owner: &'static str) -> Vec<(Content, Option<Style>)> {
        let arms = union.arms.iter().flat_map(|arm| self.contents(arm, owner));
        arms.map(|(content, _)| (content, Some(union.style))).collect()
    }

    /// As many objects as the member with the most samples has. A member whose samples have all
    /// occurred is light from then on, or else the samples would be as large as they are many.
    fn objects(&mut self, object: &Object) -> Vec<Content> {
        let object = Rc::new(object.clone());
        let mut columns = Vec::new();
        for (name, schema) in &object.members {
            let light = self.light(schema, object.owner);
            columns.push(Column { name, full: self.all(schema, object.owner), light });
        }
        if object.is_open {
            let node = Rc::new(Node { content: Content::Any, nullable: false, arm: None });
            columns.push(Column { name: ADDITIONAL, full: vec![node.clone()], light: node });
        }
        let n_objects = columns.iter().map(|it| it.full.len()).max().unwrap_or(1);
        let row = |index: usize| {
            let members = columns.iter().map(|it| (it.name, it.at(index)));
            Content::Object(object.clone(), members.collect())
        };
        (0..n_objects).map(row).collect()
    }

    /// One small sample, in which every member is set all the same.
    fn light(&mut self, schema: Schema, owner: &'static str) -> Rc<Node> {
        let place = std::ptr::from_ref(schema) as usize;
        if let Some(node) = self.light.get(&place) {
            return node.clone();
        }
        let Type { nullable, shape } = self.bundle.resolve(schema, owner);
        let (content, arm) = match &shape {
            Shape::Union(union) => (self.light_content(&union.arms[0], owner), Some(union.style)),
            shape => (self.light_content(shape, owner), None),
        };
        let node = Rc::new(Node { content, nullable, arm });
        self.light.insert(place, node.clone());
        node
    }

    fn light_content(&mut self, shape: &Shape, owner: &'static str) -> Content {
        match shape {
            Shape::Names(names) => Content::Name(names[0]),
            Shape::Values(values) => Content::Value(&values[0]),
            Shape::List(items) => Content::List(vec![self.light(items, owner)]),
            Shape::Map(values) => Content::Map(vec![self.light(values, owner)]),
            Shape::Object(object) => {
                let members = object.members.iter();
                let members = members.map(|(name, it)| (*name, self.light(it, object.owner)));
                Content::Object(Rc::new(object.clone()), members.collect())
            }
            leaf => self::leaf(leaf),
        }
    }
}

fn leaf(shape: &Shape) -> Content {
    match shape {
        Shape::Any => Content::Any,
        Shape::Bool => Content::Bool,
        Shape::Id => Content::Id,
        Shape::Integer(largest) => Content::Integer(*largest),
        Shape::Number => Content::Number,
        Shape::Text => Content::Text,
        _ => unreachable!("it has parts, or is no arm"),
    }
}

impl Node {
    /// Its parts with their keys, in order.
    pub(crate) fn children(&self) -> Vec<(String, &Rc<Self>)> {
        match &self.content {
            Content::List(nodes) => {
                nodes.iter().enumerate().map(|(index, node)| (index.to_string(), node)).collect()
            }
            Content::Map(nodes) => {
                nodes.iter().enumerate().map(|(index, node)| (map_key(index), node)).collect()
            }
            Content::Object(_, members) => {
                members.iter().map(|(name, node)| ((*name).to_owned(), node)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The whole sample.
    pub(crate) fn value(&self) -> Value {
        self.write(Focus::Whole, &mut 0, &mut Vec::new())
    }

    /// A sample around one of its places, and the keys that lead there.
    pub(crate) fn around(&self, path: &[usize]) -> (Value, Vec<String>) {
        let mut keys = Vec::new();
        let value = self.write(Focus::On(path), &mut 0, &mut keys);
        (value, keys)
    }

    /// No two numbers and no two texts are the same, as far as their formats have room, so that values
    /// that change places show.
    fn write(&self, focus: Focus<'_>, counter: &mut u32, keys: &mut Vec<String>) -> Value {
        *counter += 1;
        let (n, is_even) = (*counter, counter.is_multiple_of(2));
        match &self.content {
            Content::Any => json!({"free": [n, null, "é\n", {"type": "x"}], "a": 1.5}),
            Content::Bool => json!(is_even),
            Content::Id if is_even => json!(format!("request {n}")),
            Content::Id => json!(n),
            Content::Integer(largest) => json!(n % largest),
            Content::Value(value) => (*value).clone(),
            Content::Name(name) => json!(name),
            Content::Number => json!(f64::from(n) + 0.5),
            Content::Text if n.is_multiple_of(3) => json!(format!("text {n}: \"é\\\n\u{1f600}\"")),
            Content::Text => json!(format!("text {n}")),
            Content::List(nodes) => {
                let mut elements = Vec::new();
                for index in focus.range(nodes.len()) {
                    let key = elements.len().to_string();
                    elements.push(focus.part(index, key, keys).write(&nodes[index], counter, keys));
                }
                Value::Array(elements)
            }
            Content::Map(nodes) => {
                let mut members = Map::new();
                for index in focus.range(nodes.len()) {
                    let part = focus.part(index, map_key(index), keys);
                    members.insert(map_key(index), part.write(&nodes[index], counter, keys));
                }
                Value::Object(members)
            }
            Content::Object(_, nodes) => {
                let mut members = Map::new();
                for (index, (name, node)) in nodes.iter().enumerate() {
                    let part = focus.part(index, (*name).to_owned(), keys);
                    members.insert((*name).to_owned(), part.write(node, counter, keys));
                }
                Value::Object(members)
            }
        }
    }
}

impl Focus<'_> {
    fn write(self, node: &Node, counter: &mut u32, keys: &mut Vec<String>) -> Value {
        node.write(self, counter, keys)
    }

    /// Which of so many elements are written.
    fn range(self, n_elements: usize) -> Range<usize> {
        match self {
            Focus::Whole | Focus::On([]) => 0..n_elements,
            Focus::Aside => 0..n_elements.min(1),
            Focus::On([at, ..]) => at.saturating_sub(1)..n_elements.min(at + 2),
        }
    }

    /// The focus of a part. If it is the next on the path, so is its key.
    fn part(self, index: usize, key: String, keys: &mut Vec<String>) -> Self {
        match self {
            Focus::Whole => Focus::Whole,
            Focus::On([at, rest @ ..]) if *at == index => {
                keys.push(key);
                Focus::On(rest)
            }
            Focus::Aside | Focus::On(_) => Focus::Aside,
        }
    }
}

fn map_key(index: usize) -> String {
    format!("key {index} / ~ \"é\"")
}
