//! The tables of the tests, the crate's own table and the schema name the same methods, with the
//! same types.

use std::collections::{BTreeMap, BTreeSet};

use codex_app_protocol::{Direction, METHODS, MethodInfo, SCHEMA_VERSION};
use serde_json::Value;

use crate::requests::Request;
use crate::schema::{self, EXPERIMENTAL, bundle};
use crate::{notifications, requests, server_requests};

/// The methods of a direction that the crate was built with.
fn of_the_crate(direction: Direction) -> BTreeMap<&'static str, &'static MethodInfo> {
    let is_built = |it: &&MethodInfo| EXPERIMENTAL || !it.experimental;
    let methods = METHODS.iter().filter(|it| it.direction == direction);
    methods.filter(is_built).map(|it| (it.name, it)).collect()
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
    for (name, MethodInfo { params, response, .. }) in &infos {
        let (params, response) = (params.unwrap_or("…"), response.unwrap_or("…"));
        assert!(known.contains(name), "add to the table: {name:?}: {params} => {response},");
    }
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
        assert_eq!(Some(it.params.type_name), infos[it.method].params);
        assert!(it.trait_methods.contains(&it.method), "{}", it.method);
    }
    let known: BTreeSet<_> = notifications.iter().map(|it| it.method).collect();
    let expected: BTreeSet<_> = infos.into_keys().collect();
    assert_eq!(known, expected);
    assert_eq!(known.len(), notifications.len());
}

/// The methods of the schema are those of the crate, and their params have the names of the types.
fn check_schema(direction: Direction, envelope: &str) {
    let infos = of_the_crate(direction);
    let schemas = bundle().methods(envelope);
    assert_eq!(
        schemas.keys().copied().collect::<Vec<_>>(),
        infos.keys().copied().collect::<Vec<_>>()
    );
    for (method, schema) in schemas {
        let name = schema.map(definition_name);
        assert_eq!(name, infos[method].params, "{method}");
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
    let n_methods = |direction, experimental: bool| {
        METHODS
            .iter()
            .filter(|it| it.direction == direction && it.experimental <= experimental)
            .count()
    };
    let count = |direction| (n_methods(direction, false), n_methods(direction, true));
    assert_eq!(count(Direction::ClientRequest), (109, 184));
    assert_eq!(count(Direction::ClientNotification), (1, 1));
    assert_eq!(count(Direction::ServerRequest), (10, 11));
    assert_eq!(count(Direction::ServerNotification), (86, 86));
    let all = schema::experimental().methods("ClientRequest");
    assert_eq!(all.len(), 184);
    println!("{} methods of {SCHEMA_VERSION}", METHODS.len());
}
