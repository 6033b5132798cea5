//! A walk over the places of a sample, each with what the tests must know to say what becomes of a
//! message that is changed there.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::sample::{Content, Node};
use crate::shape::{Object, Style};

pub(crate) struct Site<'a> {
    /// The indices that lead to it.
    pub(crate) path: &'a [usize],
    /// The members that lead to it, without indices: the place in the schema.
    pub(crate) route: &'a str,
    pub(crate) node: &'a Node,
    /// What it is a part of, from the outermost.
    pub(crate) ancestors: &'a [&'a Node],
}

impl<'a> Site<'a> {
    /// The object that it is a member of, and the member's name.
    pub(crate) fn member_of(&self) -> Option<(&'a Object, &'static str)> {
        let (Some(parent), Some(index)) = (self.ancestors.last(), self.path.last()) else {
            return None;
        };
        match &parent.content {
            Content::Object(object, members) => Some((object, members[*index].0)),
            _ => None,
        }
    }

    /// How its parent differs from others, if that is an arm of a union.
    pub(crate) fn arm_of(&self) -> Option<Style> {
        self.ancestors.last().and_then(|parent| parent.arm)
    }

    /// Whether it is the constant by which its parent is told from other arms.
    pub(crate) fn is_tag(&self) -> bool {
        match (self.arm_of(), self.member_of()) {
            (Some(Style::Tagged(tag)), Some((_, name))) => tag == name,
            _ => false,
        }
    }

    /// Whether it is a part of a union whose arms are told apart by their looks.
    pub(crate) fn is_in_untagged(&self) -> bool {
        self.ancestors.iter().any(|it| it.arm == Some(Style::Untagged))
    }

    /// How many of its ancestors are around the nearest enum or union, itself included.
    pub(crate) fn nearest_open(&self) -> Option<usize> {
        let is_name = matches!(self.node.content, Content::Name(_)) && !self.is_tag();
        if self.node.arm.is_some() || is_name {
            return Some(self.ancestors.len());
        }
        self.ancestors.iter().rposition(|it| it.arm.is_some())
    }
}

/// Calls the visitor for every place whose route it has not seen before.
pub(crate) fn visit(root: &Node, seen: &mut BTreeSet<String>, visitor: &mut dyn FnMut(&Site<'_>)) {
    Walk { path: Vec::new(), ancestors: Vec::new(), seen, visitor }.node(root, "");
}

struct Walk<'a, 'n> {
    path: Vec<usize>,
    ancestors: Vec<&'n Node>,
    seen: &'a mut BTreeSet<String>,
    visitor: &'a mut dyn FnMut(&Site<'_>),
}

impl<'n> Walk<'_, 'n> {
    fn node(&mut self, node: &'n Node, route: &str) {
        if self.seen.insert(route.to_owned()) {
            let (path, ancestors) = (self.path.as_slice(), self.ancestors.as_slice());
            (self.visitor)(&Site { path, route, node, ancestors });
        }
        let inside = format!("{route}{}", arm_label(node));
        self.ancestors.push(node);
        for (index, (key, child)) in node.children().into_iter().enumerate() {
            let is_object = matches!(node.content, Content::Object(..));
            let step = if is_object { format!(".{key}") } else { "[]".to_owned() };
            self.path.push(index);
            self.node(child, &format!("{inside}{step}"));
            self.path.pop();
        }
        self.ancestors.pop();
    }
}

/// What tells an arm from the others, in words.
fn arm_label(node: &Node) -> String {
    let label = match (&node.content, node.arm) {
        (_, None) => return String::new(),
        (Content::Object(_, members), Some(Style::Tagged(tag))) => {
            let constant = |(_, node): &(_, Rc<Node>)| match node.content {
                Content::Name(name) => Some(name),
                _ => None,
            };
            let tag = members.iter().find(|(name, _)| *name == tag);
            tag.and_then(constant).unwrap_or_default().to_owned()
        }
        (Content::Object(object, _), _) => {
            let required: Vec<_> = object.required.iter().copied().collect();
            format!("{} {}", object.owner, required.join("+"))
        }
        _ => "else".to_owned(),
    };
    format!("<{label}>")
}
