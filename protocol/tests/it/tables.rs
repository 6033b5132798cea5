//! The tables of the tests, the crate's own table and the schema name the same methods, with the
//! same types.

use std::collections::{BTreeMap, BTreeSet};

use codex_app_protocol::{Direction, METHODS, MethodInfo, SCHEMA_VERSION};
use serde_json::Value;

use crate::requests::Request;
use crate::schema::{self, Bundle, EXPERIMENTAL, bundle};
use crate::{notifications, requests, server_requests};

/// The methods of a direction that the crate was built with.
fn of_the_crate(direction: Direction) -> BTreeMap<&'static str, &'static MethodInfo> {
    let is_built = |it: &&MethodInfo| EXPERIMENTAL || !it.experimental;
    let methods = METHODS.iter().filter(|it| it.direction == direction);
    methods.filter(is_built).map(|it| (it.name, it)).collect()
}

/// `thread/goal/set` to `ThreadGoalSet`.
fn pascal(method: &str) -> String {
    let segments = method.split(['/', '_', '-']);
    segments.map(|it| it[..1].to_uppercase() + &it[1..]).collect()
}

/// The file of a table with requests, and the line that a method has in it.
fn row(info: &MethodInfo) -> (&'static str, String) {
    let name = info.name;
    let params = info.params.map_or_else(|| format!("{}Params", pascal(name)), str::to_owned);
    let response = info.response.unwrap_or("…");
    match info.direction {
        Direction::ServerRequest => {
            let gate = if info.experimental { "#[cfg(feature = \"experimental\")] " } else { "" };
            let variant = pascal(name);
            ("server_requests.rs", format!("{gate}{name:?}: {variant}({params}) => {response},"))
        }
        Direction::ServerNotification => {
            ("notifications.rs", format!("{name:?} => {}({params}),", pascal(name)))
        }
        _ => {
            let section = if info.params.is_some() { "with params" } else { "without params" };
            let file = if info.experimental { "experimental_requests.rs" } else { "requests.rs" };
            (file, format!("{name:?}: {params} => {response}, ({section})"))
        }
    }
}

/// Fails with the lines of all methods that a table lacks.
fn check_complete(infos: &BTreeMap<&str, &MethodInfo>, known: &BTreeSet<&str>) {
    let mut text = String::new();
    for info in infos.values().filter(|it| !known.contains(it.name)) {
        let (file, row) = row(info);
        text.push_str(&format!("\nprotocol/tests/it/{file}: {row}"));
    }
    assert!(text.is_empty(), "add to the tables:{text}");
}

/// The requests that the tests know are those of the crate.
fn check_requests(direction: Direction, requests: &[Request]) {
    let infos = of_the_crate(direction);
    for request in requests {
        let Some(info) = infos.get(request.method) else {
            panic!("remove {} from the table of the tests: the crate has it not", request.method);
        };
        assert_eq!(request.trait_method, info.name);
        assert_eq!(request.experimental, info.experimental, "{}", info.name);
        assert_eq!(request.has_params, info.params.is_some(), "{}", info.name);
        assert_eq!(request.params.map(|it| it.type_name), info.params, "{}", info.name);
        assert_eq!(Some(request.response.type_name), info.response, "{}", info.name);
    }
    let known: BTreeSet<_> = requests.iter().map(|it| it.method).collect();
    check_complete(&infos, &known);
    assert_eq!(known.len(), requests.len(), "a method occurs twice");
}

#[test]
fn requests_of_the_client_are_all_in_the_table() {
    check_requests(Direction::ClientRequest, &requests::of_the_client());
}

#[test]
fn requests_of_the_server_are_all_in_the_table() {
    check_requests(Direction::ServerRequest, &server_requests::of_the_server());
}

#[test]
fn notifications_of_the_server_are_all_in_the_table() {
    let infos = of_the_crate(Direction::ServerNotification);
    let notifications = notifications::of_the_server();
    for it in &notifications {
        let Some(info) = infos.get(it.method) else {
            panic!("remove {} from the table in notifications.rs: the crate has it not", it.method);
        };
        assert_eq!(Some(it.params.type_name), info.params, "{}", it.method);
        assert!(it.trait_methods.contains(&it.method), "{}", it.method);
    }
    let known: BTreeSet<_> = notifications.iter().map(|it| it.method).collect();
    check_complete(&infos, &known);
    assert_eq!(known.len(), notifications.len(), "a method occurs twice");
}

/// The methods of the schema are those of the crate, and their params have the names of the types.
fn check_schema(direction: Direction, envelope: &str) {
    let infos = of_the_crate(direction);
    let schemas = bundle().methods(envelope);
    assert_eq!(
        schemas.keys().copied().collect::<Vec<_>>(),
        infos.keys().copied().collect::<Vec<_>>()
    );
    let names: BTreeMap<_, _> =
        schemas.into_iter().map(|(method, schema)| (method, schema.map(definition_name))).collect();
    for (method, name) in &names {
        // Of several requests with the same params, one has their type.
        let n_sharing = names.values().filter(|it| *it == name).count();
        let has_own = infos[method].params == Some(&*format!("{}Params", pascal(method)));
        let is_shared = direction == Direction::ClientRequest && n_sharing > 1 && has_own;
        assert!(*name == infos[method].params || is_shared, "{method}: {name:?}");
    }
}

/// The name of the only definition that a schema refers to.
fn definition_name(schema: &'static Value) -> &'static str {
    let reference = schema["$ref"].as_str().or_else(|| schema["anyOf"][0]["$ref"].as_str());
    reference.and_then(|it| it.rsplit('/').next()).expect("params have a name")
}

#[test]
fn the_schema_has_the_same_methods() {
    check_schema(Direction::ClientRequest, "ClientRequest");
    check_schema(Direction::ClientNotification, "ClientNotification");
    check_schema(Direction::ServerRequest, "ServerRequest");
    check_schema(Direction::ServerNotification, "ServerNotification");
}

#[test]
fn experimental_methods_are_those_that_only_the_larger_bundle_has() {
    for (direction, envelope) in [
        (Direction::ClientRequest, "ClientRequest"),
        (Direction::ClientNotification, "ClientNotification"),
        (Direction::ServerRequest, "ServerRequest"),
        (Direction::ServerNotification, "ServerNotification"),
    ] {
        let of_schema =
            |bundle: Bundle| bundle.methods(envelope).into_keys().collect::<BTreeSet<_>>();
        let of_crate = |experimental: bool| {
            let methods = METHODS.iter().filter(|it| it.direction == direction);
            let methods = methods.filter(|it| it.experimental <= experimental);
            methods.map(|it| it.name).collect::<BTreeSet<_>>()
        };
        assert_eq!(of_crate(false), of_schema(schema::stable()), "{envelope}");
        assert_eq!(of_crate(true), of_schema(schema::experimental()), "{envelope}");
    }
    println!("{} methods of {SCHEMA_VERSION}", METHODS.len());
}
