//! Stage 2: the methods, what they carry and answer, and which way each definition travels.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::Error;
use crate::load::{Bundle, references, referred};
use crate::names;
use crate::pairing::{self, Pairing};

/// The protocol's methods and the flow of its definitions.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Model {
    /// Every method, by direction and then by name.
    pub methods: Vec<Method>,
    /// Which way each definition travels.
    pub flows: BTreeMap<String, Flow>,
}

/// One method.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Method {
    /// Its name on the wire, such as `turn/start`.
    pub name: String,
    /// Who sends it, and whether it is answered.
    pub kind: MethodKind,
    /// The schema's description.
    pub docs: Option<String>,
    /// The params type, if it has one.
    pub params: Option<String>,
    /// The name of the struct that stands for the method, where its params stand for another one.
    pub stand_in: Option<String>,
    /// The response type, for requests.
    pub response: Option<String>,
    /// Whether only the experimental bundle has it.
    pub experimental: bool,
    /// What is said of the struct that stands for the method, where that is not its params type.
    pub(crate) own_docs: Option<String>,
}

impl Method {
    /// The name of a type that is named after the method.
    pub(crate) fn own_name(&self) -> String {
        let suffix = match self.kind {
            MethodKind::ClientRequest | MethodKind::ServerRequest => "Params",
            MethodKind::ClientNotification | MethodKind::ServerNotification => "Notification",
        };
        format!("{}{suffix}", names::pascal(&self.name))
    }

    /// The name of the type that stands for the method: its params, or a struct of its own.
    pub(crate) fn type_name(&self) -> String {
        let name = self.stand_in.as_ref().or(self.params.as_ref());
        name.cloned().unwrap_or_else(|| self.own_name())
    }
}

/// Who sends a method, and whether it is answered.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum MethodKind {
    /// Client to server, answered.
    ClientRequest,
    /// Client to server, not answered.
    ClientNotification,
    /// Server to client, answered.
    ServerRequest,
    /// Server to client, not answered.
    ServerNotification,
}

impl MethodKind {
    /// Every kind, in the order of [`Model::methods`].
    pub const ALL: [Self; 4] = [
        Self::ClientRequest,
        Self::ClientNotification,
        Self::ServerRequest,
        Self::ServerNotification,
    ];

    /// The definition that lists the methods of this kind, and the name of the kind in Rust.
    pub fn name(self) -> &'static str {
        match self {
            Self::ClientRequest => "ClientRequest",
            Self::ClientNotification => "ClientNotification",
            Self::ServerRequest => "ServerRequest",
            Self::ServerNotification => "ServerNotification",
        }
    }

    fn is_request(self) -> bool {
        matches!(self, Self::ClientRequest | Self::ServerRequest)
    }

    /// Whether a client sends it.
    pub(crate) fn is_from_client(self) -> bool {
        matches!(self, Self::ClientRequest | Self::ClientNotification)
    }
}

/// Which way a definition travels. Both, for what the client sends and the server echoes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Flow {
    /// A client sends it.
    pub sent: bool,
    /// The server sends it. Also set where no method reaches the definition: what is only seen in
    /// undescribed places is read, never built.
    pub received: bool,
}

/// Reads the methods of the experimental bundle, the superset, and marks those that the stable one
/// lacks.
///
/// # Errors
///
/// Fails if there are no methods, if one is not of the known form, or if requests and responses do not pair.
pub fn model(stable: &Bundle, experimental: &Bundle, server_version: &str) -> Result<Model, Error> {
    let mut pairing = Pairing::new(experimental, server_version);
    let model = read_model(stable, experimental, |method| {
        pairing.response(&method.name, method.params.as_deref()).map(Some)
    })?;
    if model.methods.is_empty() {
        return Err(Error::NotABundle { bundle: experimental.name, what: "methods".to_owned() });
    }
    let names: Vec<&str> = model.methods.iter().map(|method| method.name.as_str()).collect();
    pairing.finish(&names)?;
    Ok(model)
}

/// The same for a release that need not be one that the pairing table is right for: a request may
/// be left without a response.
pub(crate) fn outline(stable: &Bundle, experimental: &Bundle) -> Result<Model, Error> {
    read_model(stable, experimental, |method| {
        Ok(pairing::guess(experimental, &method.name, method.params.as_deref()))
    })
}

fn read_model(
    stable: &Bundle,
    experimental: &Bundle,
    mut response: impl FnMut(&Method) -> Result<Option<String>, Error>,
) -> Result<Model, Error> {
    let mut methods = Vec::new();
    for kind in MethodKind::ALL {
        let known: BTreeSet<String> =
            read(stable, kind)?.into_iter().map(|method| method.name).collect();
        for mut method in read(experimental, kind)? {
            method.experimental = !known.contains(&method.name);
            if kind.is_request() {
                method.response = response(&method)?;
            }
            methods.push(method);
        }
    }
    methods.sort_by(|left, right| (left.kind, &left.name).cmp(&(right.kind, &right.name)));
    let flows = flows(experimental, &methods);
    Ok(Model { methods, flows })
}

fn read(bundle: &Bundle, kind: MethodKind) -> Result<Vec<Method>, Error> {
    let union = &bundle.definitions[kind.name()];
    let arms = union.get("oneOf").and_then(Value::as_array);
    let arms = arms.ok_or_else(|| Error::unknown_shape(kind.name(), union))?;
    arms.iter().map(|arm| read_method(kind, arm)).collect()
}

fn read_method(kind: MethodKind, arm: &Value) -> Result<Method, Error> {
    let unknown = || Error::unknown_shape(kind.name(), arm);
    let properties = arm.get("properties").ok_or_else(unknown)?;
    let name = match properties["method"]["enum"].as_array().map(Vec::as_slice) {
        Some([Value::String(name)]) => name.clone(),
        _ => return Err(unknown()),
    };
    let params = match properties.get("params") {
        None => None,
        Some(schema) if schema.get("type").is_some_and(|it| it == "null") => None,
        Some(schema) => Some(referred(schema).ok_or_else(unknown)?.to_owned()),
    };
    let docs = arm.get("description").and_then(Value::as_str).map(str::to_owned);
    Ok(Method {
        name,
        kind,
        docs,
        params,
        stand_in: None,
        response: None,
        experimental: false,
        own_docs: None,
    })
}

fn flows(bundle: &Bundle, methods: &[Method]) -> BTreeMap<String, Flow> {
    let mut sent = Vec::new();
    let mut received = Vec::new();
    for method in methods {
        let (params, response) = (method.params.as_deref(), method.response.as_deref());
        let from_client = method.kind.is_from_client();
        let (out, back) = if from_client { (params, response) } else { (response, params) };
        sent.extend(out);
        received.extend(back);
    }
    let (sent, received) = (reachable(bundle, sent), reachable(bundle, received));
    bundle
        .definitions
        .keys()
        .map(|name| {
            let is_sent = sent.contains(name.as_str());
            let is_received = received.contains(name.as_str()) || !is_sent;
            (name.clone(), Flow { sent: is_sent, received: is_received })
        })
        .collect()
}

/// Everything that the given definitions lead to, themselves included.
pub(crate) fn reachable<'a>(bundle: &'a Bundle, roots: Vec<&'a str>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open = roots;
    while let Some(name) = open.pop() {
        if reached.insert(name) {
            open.extend(bundle.definitions.get(name).map(references).unwrap_or_default());
        }
    }
    reached
}
