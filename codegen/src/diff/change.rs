//! One change: what it is, where, which way it travels, and what it does to whom. Plain data.

/// One change.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Change {
    /// What happened.
    pub kind: Kind,
    /// Where: a method, or a definition with the way into it, such as `ThreadItem[plan].text`.
    pub place: String,
    /// What it was and what it is, where the kind does not say.
    pub detail: Option<String>,
    /// Who sends what has changed.
    pub direction: Direction,
    /// What it does to programs that speak the older protocol.
    pub effect: Effect,
    /// What it asks of the protocol crate.
    pub semver: Semver,
    /// Whether it is outside of the stable API.
    pub experimental: bool,
    /// Whether it is about approvals, permissions, sandboxes or decisions: read these.
    pub sensitive: bool,
    /// Every method that carries it, sorted.
    pub methods: Vec<String>,
    /// Whether it breaks something and is accepted all the same.
    pub accepted: bool,
}

/// Who sends what has changed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Direction {
    /// Params of the client's requests and notifications, and its answers.
    ClientToServer,
    /// Answers, notifications and requests of the server.
    ServerToClient,
    /// Both.
    Both,
}

impl Direction {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::ClientToServer => "client_to_server",
            Self::ServerToClient => "server_to_client",
            Self::Both => "both",
        }
    }
}

/// What a change does to programs that speak the older protocol.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Effect {
    /// Messages stay as they were; only names in Rust change.
    None,
    /// There is more to say or to hear; what worked works.
    Additive,
    /// Something that clients send or read does not work any more.
    Breaking,
}

impl Effect {
    /// Its name in JSON and in text.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Additive => "additive",
            Self::Breaking => "breaking",
        }
    }
}

/// What the protocol crate needs, in the words of semantic versioning.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Semver {
    /// Nothing that its users see.
    None,
    /// New items.
    Minor,
    /// Items that go or change.
    Major,
}

impl Semver {
    /// Its name in JSON and in text.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Kind {
    /// A method that was not there.
    MethodAdded,
    /// A method that is gone.
    MethodRemoved,
    /// A method without params that has some now.
    ParamsAdded,
    /// A method with params that has none now.
    ParamsRemoved,
    /// A member that may be left out.
    FieldAdded,
    /// A member that has to be sent.
    RequiredFieldAdded,
    /// A member that is gone.
    FieldRemoved,
    /// A member that may not be left out any more.
    FieldBecameRequired,
    /// A member that may be left out now.
    FieldBecameOptional,
    /// A member that may be null now.
    FieldBecameNullable,
    /// A member that may not be null any more.
    FieldBecameNonNull,
    /// A value of an enum that was not there.
    ValueAdded,
    /// A value of an enum that is gone.
    ValueRemoved,
    /// An arm of a union that was not there.
    VariantAdded,
    /// An arm of a union that is gone.
    VariantRemoved,
    /// Another type.
    TypeChanged,
    /// The same JSON under another name of a definition.
    TypeRenamed,
    /// A definition that no method carries, and that was not there.
    TypeAdded,
    /// A definition that no method carried, and that is gone.
    TypeRemoved,
    /// Part of the stable API now.
    BecameStable,
    /// Not part of the stable API any more.
    BecameExperimental,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 21] = [
        Self::MethodAdded,
        Self::MethodRemoved,
        Self::ParamsAdded,
        Self::ParamsRemoved,
        Self::FieldAdded,
        Self::RequiredFieldAdded,
        Self::FieldRemoved,
        Self::FieldBecameRequired,
        Self::FieldBecameOptional,
        Self::FieldBecameNullable,
        Self::FieldBecameNonNull,
        Self::ValueAdded,
        Self::ValueRemoved,
        Self::VariantAdded,
        Self::VariantRemoved,
        Self::TypeChanged,
        Self::TypeRenamed,
        Self::TypeAdded,
        Self::TypeRemoved,
        Self::BecameStable,
        Self::BecameExperimental,
    ];

    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::MethodAdded => "method_added",
            Self::MethodRemoved => "method_removed",
            Self::ParamsAdded => "params_added",
            Self::ParamsRemoved => "params_removed",
            Self::FieldAdded => "field_added",
            Self::RequiredFieldAdded => "required_field_added",
            Self::FieldRemoved => "field_removed",
            Self::FieldBecameRequired => "field_became_required",
            Self::FieldBecameOptional => "field_became_optional",
            Self::FieldBecameNullable => "field_became_nullable",
            Self::FieldBecameNonNull => "field_became_non_null",
            Self::ValueAdded => "value_added",
            Self::ValueRemoved => "value_removed",
            Self::VariantAdded => "variant_added",
            Self::VariantRemoved => "variant_removed",
            Self::TypeChanged => "type_changed",
            Self::TypeRenamed => "type_renamed",
            Self::TypeAdded => "type_added",
            Self::TypeRemoved => "type_removed",
            Self::BecameStable => "became_stable",
            Self::BecameExperimental => "became_experimental",
        }
    }
}
