//! Whatever arrives, the decoders do not panic, make nothing up, and keep the line.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use codex_app_protocol::{
    Config, Header, Json, RpcError, ServerMessage, Thread, ThreadItem, Turn, UserInput, from_str,
};
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest};
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

use crate::codec::Recoded;
use crate::known::is_part;
use crate::recording::recordings;
use crate::sample::samples;
use crate::schema::bundle;
use crate::subject::{Outcome, Subject, received, sent};

static SUBJECTS: LazyLock<Vec<Subject>> =
    LazyLock::new(|| received().into_iter().chain(sent()).collect());
/// Valid messages, each with the index of its subject.
static SAMPLES: LazyLock<Vec<(usize, Value)>> = LazyLock::new(|| {
    let of = |(index, subject)| samples(subject).into_iter().map(move |it| (index, it.value()));
    SUBJECTS.iter().enumerate().flat_map(of).collect()
});
static LINES: LazyLock<Vec<String>> = LazyLock::new(|| {
    recordings().into_iter().flat_map(|it| it.lines).map(|line| line.text).collect()
});
/// The names of members and of enum values, as JSON.
static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut words = BTreeSet::new();
    collect_words(bundle().root(), &mut words);
    words.into_iter().map(|word| json!(word).to_string()).collect()
});

fn collect_words(schema: &'static Value, words: &mut BTreeSet<&'static str>) {
    match schema {
        Value::Object(members) => {
            for (key, value) in members {
                if key == "properties" {
                    words.extend(value.as_object().into_iter().flatten().map(|(name, _)| &**name));
                }
                collect_words(value, words);
            }
        }
        Value::Array(elements) => {
            words.extend(elements.iter().filter_map(Value::as_str));
            elements.iter().for_each(|it| collect_words(it, words));
        }
        _ => {}
    }
}

fn a_string() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => any::<Index>().prop_map(|index| index.get(&WORDS).clone()),
        2 => any::<String>().prop_map(|text| json!(text).to_string()),
        1 => select(vec![r#""\ud800""#, r#""t\u0079pe""#, r#""\/\b\f""#]).prop_map(str::to_owned),
    ]
}

fn a_number() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i64>().prop_map(|it| it.to_string()),
        any::<u8>().prop_map(|it| it.to_string()),
        select(vec!["-0", "1.0", "1e999", "2.5e-3", "18446744073709551616"])
            .prop_map(str::to_owned),
    ]
}

/// JSON that is made of the words of the protocol.
fn some_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        2 => select(vec!["null", "true", "false", "{}", "[]"]).prop_map(str::to_owned),
        2 => a_number(),
        4 => a_string(),
    ];
    leaf.prop_recursive(4, 48, 6, |inner| {
        let member = (a_string(), inner.clone()).prop_map(|(name, it)| format!("{name}: {it}"));
        prop_oneof![
            1 => vec(inner, 0..4).prop_map(|it| format!("[{}]", it.join(","))),
            3 => vec(member, 0..6).prop_map(|it| format!("{{{}}}", it.join(" ,"))),
        ]
    })
}

/// Decodes any payload, and what it is encoded to once more.
fn check_payload(subject: &Subject, payload: &str) {
    let Recoded { json, .. } = match subject.decode(payload) {
        Outcome::Decoded(it) => it,
        Outcome::Refused(error) => return assert!(!error.is_syntax(), "{error}: {payload}"),
        Outcome::Unknown(_, params) => return assert_eq!(params.as_deref(), Some(payload)),
    };
    // serde_json cannot hold all JSON.
    if let (Ok(before), Ok(after)) = (serde_json::from_str(payload), serde_json::from_str(&json)) {
        assert!(is_part(&after, &before), "{}: {payload} became {json}", subject.name);
    }
    match subject.decode(&json) {
        Outcome::Decoded(again) => assert_eq!(again.json, json, "{}: {payload}", subject.name),
        _ => panic!("{}: {payload} became {json}, which does not decode", subject.name),
    }
}

/// All values of a message, as pointers.
fn pointers(value: &Value, pointer: String, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let key = key.replace('~', "~0").replace('/', "~1");
                pointers(value, format!("{pointer}/{key}"), found);
            }
        }
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                pointers(element, format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
    found.push(pointer);
}

/// One change to a text that leaves it text.
#[derive(Clone, Debug)]
enum Edit {
    Cut,
    Insert(String),
    Repeat,
    Truncate,
}

fn an_edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        Just(Edit::Cut),
        a_string().prop_map(Edit::Insert),
        select(vec!["{", "}", "[", "]", ",", ":", "\"", "\\", "0", "-", "e", "\u{0}", "é"])
            .prop_map(|it| Edit::Insert(it.to_owned())),
        Just(Edit::Repeat),
        Just(Edit::Truncate),
    ]
}

impl Edit {
    fn apply(&self, text: &mut String, at: Index, length: usize) {
        let boundary = |from: usize| (from..).find(|it| text.is_char_boundary(*it)).unwrap();
        let start = boundary(at.index(text.len() + 1));
        let end = boundary((start + length).min(text.len()));
        match self {
            Self::Cut => text.replace_range(start..end, ""),
            Self::Insert(inserted) => text.insert_str(start, inserted),
            Self::Repeat => {
                let repeated = text[start..end].to_owned();
                text.insert_str(end, &repeated);
            }
            Self::Truncate => text.truncate(start),
        }
    }
}

fn check_line(line: &str) {
    let header = Header::read(line);
    match ServerMessage::from_line(line.to_owned()) {
        Ok(message) => {
            assert!(header.is_ok(), "{line}");
            assert_eq!(raw(&message), line);
            assert!(!format!("{message:?}").is_empty());
        }
        Err(error) => {
            assert!(header.is_err(), "{line}");
            assert_eq!(error.raw, line);
        }
    }
}

fn raw(message: &ServerMessage) -> &str {
    match message {
        ServerMessage::Notification(message) => message.raw(),
        ServerMessage::Request { message, .. } => message.raw(),
        ServerMessage::Response(response) => response.raw(),
        ServerMessage::Error(error) => error.raw(),
        _ => panic!("a sort of message that is new"),
    }
}

fn a_config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(11),
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(a_config(3000))]

    #[test]
    fn any_json_is_read_as_the_payload_of_any_method(at: Index, payload in some_json()) {
        check_payload(at.get(&SUBJECTS), &payload);
    }

    #[test]
    fn any_json_is_read_in_place_of_any_value(at: Index, place: Index, part in some_json()) {
        let (subject, sample) = at.get(&SAMPLES);
        let mut found = Vec::new();
        pointers(sample, String::new(), &mut found);
        let mut payload = sample.clone();
        let pointer: &String = place.get(&found);
        *payload.pointer_mut(pointer).unwrap() = json!("@part@");
        check_payload(&SUBJECTS[*subject], &payload.to_string().replace("\"@part@\"", &part));
    }

    #[test]
    fn any_line_is_read(
        line: Index,
        edits in vec((an_edit(), any::<Index>(), 0_usize..40), 1..4),
    ) {
        let mut line = line.get(&LINES).clone();
        for (edit, at, length) in edits {
            edit.apply(&mut line, at, length);
        }
        check_line(&line);
    }

    #[test]
    fn any_text_is_read_as_any_type(text in prop_oneof![some_json(), any::<String>()]) {
        let is_json = Json::from_text(text.clone()).is_ok();
        let check = |error: Option<codex_app_protocol::DecodeError>| {
            assert!(error.is_none_or(|it| it.is_syntax() != is_json), "{text}");
        };
        check(from_str::<Config>(&text).err());
        check(from_str::<RpcError>(&text).err());
        check(from_str::<Thread>(&text).err());
        check(from_str::<ThreadItem>(&text).err());
        check(from_str::<Turn>(&text).err());
        check(from_str::<UserInput>(&text).err());
    }
}
