//! The few shapes that every definition is reduced to: the type graph that the emitters read.
//!
//! Plain data. How a schema becomes a shape is [`crate::normalise`]'s business.

use std::collections::BTreeMap;

/// Every type of the protocol by name.
pub type Shapes = BTreeMap<String, Definition>;

/// One named type.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Definition {
    /// The schema's description.
    pub docs: Option<String>,
    /// Whether only the experimental bundle has it.
    pub experimental: bool,
    /// The definition that an inline type was lifted out of; `None` for the schema's own definitions.
    pub parent: Option<String>,
    /// What it is.
    pub shape: Shape,
}

/// What a type is on the wire.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Shape {
    /// An object with known members.
    Struct(Struct),
    /// One of several strings.
    StringEnum(Vec<EnumValue>),
    /// An object whose member `tag` says which of several objects it is.
    Tagged {
        /// The name of the telling member.
        tag: String,
        /// One arm a value of the tag.
        variants: Vec<Variant>,
    },
    /// A bare string, or an object whose only key says what its value is.
    Keyed(Vec<Variant>),
    /// One of several shapes that only their own form tells apart.
    Untagged(Vec<UntaggedVariant>),
    /// A string with a name of its own.
    Text,
    /// Another name for a type.
    Alias(Type),
}

/// An object with known members.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Struct {
    /// The members, in the schema's order (alphabetical).
    pub fields: Vec<Field>,
    /// The tag and its value, where this is an arm of a tagged union.
    pub tag: Option<(String, String)>,
    /// Sets of members of which exactly one is present.
    pub alternatives: Vec<Vec<String>>,
    /// Whether the schema invites members beside the named ones.
    pub open: bool,
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Field {
    /// The member's name on the wire.
    pub wire: String,
    /// The schema's description.
    pub docs: Option<String>,
    /// The type of a value that is present and not null.
    pub ty: Type,
    /// Whether the schema requires it.
    pub required: bool,
    /// Whether the schema allows `null`.
    pub nullable: bool,
    /// Whether only the experimental bundle has it.
    pub experimental: bool,
    /// Whether its value may hold secrets under any name, and so is not printed.
    pub hidden: bool,
}

/// A value of a string enum.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EnumValue {
    /// The string.
    pub wire: String,
    /// The schema's description.
    pub docs: Option<String>,
    /// Whether only the experimental bundle has it.
    pub experimental: bool,
}

/// An arm of a tagged or keyed union.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Variant {
    /// The tag's value, or the key.
    pub wire: String,
    /// The schema's description.
    pub docs: Option<String>,
    /// What comes with it, if anything does.
    pub payload: Option<Type>,
    /// Whether only the experimental bundle has it.
    pub experimental: bool,
}

/// An arm of an untagged union.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UntaggedVariant {
    /// Its Rust name.
    pub name: String,
    /// What is said of it; the schema says nothing.
    pub docs: Option<String>,
    /// Its type.
    pub payload: Type,
}

/// The type of a member or element.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Type {
    /// A definition.
    Named(String),
    /// A string.
    String,
    /// A string that must not be printed.
    Secret,
    /// `true` or `false`.
    Bool,
    /// An integer of this Rust type.
    Integer(&'static str),
    /// A number.
    Float,
    /// A list.
    List(Box<Self>),
    /// An object with arbitrary keys.
    Map(Box<Self>),
    /// A number or boolean of which the schema lists the values. In Rust it is any: what has the value 1
    /// today, the version of something for example, has another one tomorrow.
    Listed {
        /// The type without the list.
        ty: Box<Self>,
        /// The values, as JSON, sorted.
        values: Vec<String>,
    },
    /// An element or value that may be `null`. A member that may is not told by its type.
    Nullable(Box<Self>),
    /// Whatever JSON the schema leaves undescribed.
    Any(AnyReason),
}

/// Why a member is untyped.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum AnyReason {
    /// The schema says `true`, or gives a description and nothing else.
    Anything,
    /// The schema says "an object" and nothing of its members.
    AnyObject,
    /// The schema says "a list" and nothing of its elements.
    AnyList,
}

impl AnyReason {
    /// The reason in words.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Anything => "the schema allows any JSON",
            Self::AnyObject => "the schema allows any object",
            Self::AnyList => "the schema allows any list",
        }
    }
}

impl Type {
    /// The same without the values that the schema lists.
    pub(crate) fn unlisted(&self) -> Self {
        match self {
            Self::Listed { ty, .. } => ty.unlisted(),
            Self::List(inner) => Self::List(Box::new(inner.unlisted())),
            Self::Map(inner) => Self::Map(Box::new(inner.unlisted())),
            Self::Nullable(inner) => Self::Nullable(Box::new(inner.unlisted())),
            other => other.clone(),
        }
    }

    /// The definition at the core of this type, behind lists and maps.
    pub fn named(&self) -> Option<&str> {
        match self {
            Self::Named(name) => Some(name),
            Self::List(inner) | Self::Map(inner) | Self::Nullable(inner) => inner.named(),
            _ => None,
        }
    }

    /// The reason at the core of this type, if it is untyped.
    pub fn any(&self) -> Option<AnyReason> {
        match self {
            Self::Any(reason) => Some(*reason),
            Self::List(inner) | Self::Map(inner) | Self::Nullable(inner) => inner.any(),
            _ => None,
        }
    }
}

impl Shape {
    /// Every type that this shape mentions.
    pub fn types(&self) -> Vec<&Type> {
        match self {
            Self::Struct(it) => it.fields.iter().map(|field| &field.ty).collect(),
            Self::Tagged { variants, .. } | Self::Keyed(variants) => {
                variants.iter().filter_map(|variant| variant.payload.as_ref()).collect()
            }
            Self::Untagged(variants) => variants.iter().map(|variant| &variant.payload).collect(),
            Self::Alias(ty) => vec![ty],
            Self::StringEnum(_) | Self::Text => Vec::new(),
        }
    }
}
