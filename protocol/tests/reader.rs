//! The reader against serde_json, which has been read by more eyes: on any text the two must
//! accept the same and see the same. Not tested here: what the types of messages make of it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fmt::Debug;

use codex_app_protocol::decode::{Decode, DecodeError, Kind, Reader};
use codex_app_protocol::{Header, Json, RequestId, RpcError, from_str};
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_oneof, proptest};
use proptest::sample::{Index, select};
use proptest::test_runner::RngSeed;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Map, Number, Value};

/// Any JSON, put together from what the reader's methods return.
#[derive(Debug)]
struct Tree(Value);

impl Decode for Tree {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self(match reader.peek_kind() {
            Kind::Object => {
                let mut members = Map::new();
                reader.begin_object()?;
                while let Some(key) = reader.next_key()? {
                    members.insert(key.into_owned(), reader.value::<Self>()?.0);
                }
                Value::Object(members)
            }
            Kind::Array => {
                let elements: Vec<Self> = reader.value()?;
                elements.into_iter().map(|it| it.0).collect()
            }
            Kind::String => Value::String(reader.string()?.into_owned()),
            Kind::Number => Value::Number(number(reader)?),
            Kind::Bool => Value::Bool(reader.value()?),
            Kind::Null => {
                assert!(reader.value::<Option<bool>>()?.is_none());
                Value::Null
            }
            Kind::Invalid => return Err(reader.string().unwrap_err()),
        }))
    }
}

fn number(reader: &mut Reader<'_>) -> Result<Number, DecodeError> {
    let mark = reader.mark();
    if let Ok(integer) = reader.value::<i64>() {
        return Ok(integer.into());
    }
    reader.reset(mark);
    if let Ok(integer) = reader.value::<u64>() {
        return Ok(integer.into());
    }
    reader.reset(mark);
    reader.value::<f64>().map(|float| Number::from_f64(float).expect("it is finite"))
}

/// By how many floating-point numbers serde_json may miss the nearest one, by default.
const FLOAT_TOLERANCE: u64 = 2;

/// Whether two values are the same, but for the last digit of floating-point numbers.
fn is_same(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Array(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| is_same(a, b))
        }
        (Value::Object(ours), Value::Object(theirs)) => {
            ours.keys().eq(theirs.keys())
                && ours.values().zip(theirs.values()).all(|(a, b)| is_same(a, b))
        }
        (Value::Number(ours), Value::Number(theirs)) if ours.is_f64() && theirs.is_f64() => {
            let bits = |number: &Number| number.as_f64().unwrap().to_bits();
            bits(ours).abs_diff(bits(theirs)) <= FLOAT_TOLERANCE
        }
        _ => ours == theirs,
    }
}

fn check_same<T: Decode + Debug + PartialEq + DeserializeOwned>(text: &str) {
    let ours = from_str::<T>(text);
    let theirs = serde_json::from_str::<T>(text);
    assert_eq!(ours.as_ref().ok(), theirs.as_ref().ok(), "{text}: {ours:?}, {theirs:?}");
    check_error(text, ours.err());
}

fn check_text(text: &str) {
    let mut reader = Reader::new(text);
    let raw = reader.raw().and_then(|raw| reader.end().map(|()| raw));
    let is_json = serde_json::from_str::<IgnoredAny>(text).is_ok();
    assert_eq!(raw.is_ok(), is_json, "{text}: {raw:?}");
    if let Ok(raw) = raw {
        assert_eq!(raw, text.trim_matches([' ', '\n', '\r', '\t']));
    }

    let ours = from_str::<Tree>(text);
    let theirs = serde_json::from_str::<Value>(text);
    match (&ours, theirs) {
        (Ok(ours), Ok(theirs)) if is_same(&ours.0, &theirs) => {}
        (Err(_), Err(_)) => {}
        (ours, theirs) => panic!("{text}: {ours:?}, {theirs:?}"),
    }
    if let Err(error) = &ours {
        assert_eq!(error.is_syntax(), !is_json, "{text}: {error}");
    }
    check_error(text, ours.err());
}

fn check_error(text: &str, error: Option<DecodeError>) {
    let Some(error) = error else { return };
    assert!(error.offset() <= text.len());
    let message = error.to_string();
    assert!(!message.contains(['\n', '\r']), "{message:?}");
}

fn check_never_panics(text: &str) {
    check_error(text, from_str::<Vec<BTreeMap<String, Option<f64>>>>(text).err());
    check_error(text, from_str::<RequestId>(text).err());
    check_error(text, from_str::<RpcError>(text).err());
    check_error(text, Header::read(text).err());
    check_error(text, Json::from_text(text.to_owned()).err());
    let mut reader = Reader::new(text);
    let _ = reader.has_keys(&["a", "type"]);
    let _ = reader.enter_single_key().and_then(|_| reader.skip());
    let _ = reader.leave_single_key();
}

fn a_number() -> impl Strategy<Value = Number> {
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<u64>().prop_map(Number::from),
        any::<i8>().prop_map(Number::from),
        any::<f64>().prop_filter_map("JSON has no such number", Number::from_f64),
    ]
}

fn a_value() -> impl Strategy<Value = Value> {
    let name =
        || prop_oneof![select(&["a", "b", "type"][..]).prop_map(str::to_owned), any::<String>()];
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        a_number().prop_map(Value::from),
        name().prop_map(Value::from),
    ];
    scalar.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(name(), inner, 0..6)
                .prop_map(|it| Value::Object(it.into_iter().collect())),
        ]
    })
}

fn a_text() -> impl Strategy<Value = String> {
    (a_value(), any::<bool>()).prop_map(|(value, pretty)| {
        if pretty { format!("\r{value:#}\t") } else { value.to_string() }
    })
}

/// A text with a few bytes put in, taken out or replaced by ones that mean something to JSON.
fn a_damaged_text() -> impl Strategy<Value = String> {
    let byte = prop_oneof![select(&b"{}[]\",:\\/untrfle-+.eE0123 \n\0\x7f"[..]), any::<u8>()];
    let edit = (any::<Index>(), 0..3_usize, byte);
    (a_text(), vec(edit, 1..4)).prop_map(|(text, edits)| {
        let mut bytes = text.into_bytes();
        for (index, n_removed, byte) in edits {
            let at = index.index(bytes.len() + 1);
            let end = (at + n_removed).min(bytes.len());
            bytes.splice(at..end, (n_removed < 2).then_some(byte));
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

fn a_string_literal() -> impl Strategy<Value = String> {
    let text = ["é", "🦀", "plain", "longer than a word", "\u{7f}"];
    let escapes = [r"\n", r"\/", r#"\""#, r"\\", r"\u0041", r"\u00E9", r"\u0000"];
    let surrogates = [r"\uD83E\udd80", r"\uD83E", r"\udd80"];
    let broken = [r"\x", r"\u12", r"\", "\"", "\u{1f}"];
    let piece = prop_oneof![
        20 => select(text.to_vec()),
        20 => select(escapes.to_vec()),
        3 => select(surrogates.to_vec()),
        1 => select(broken.to_vec()),
    ];
    vec(piece, 0..9).prop_map(|pieces| format!("\"{}\"", pieces.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2000,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(7),
        ..ProptestConfig::default()
    })]

    #[test]
    fn json_is_read_as_serde_json_reads_it(text in a_text()) {
        check_text(&text);
    }

    #[test]
    fn damaged_json_is_refused_where_serde_json_refuses_it(text in a_damaged_text()) {
        check_text(&text);
        check_never_panics(&text);
    }

    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        check_text(&text);
        check_never_panics(&text);
    }

    #[test]
    fn strings_are_those_of_serde_json(text in a_string_literal()) {
        check_text(&text);
        check_same::<String>(&text);
        check_same::<BTreeMap<String, String>>(&format!("{{{text}: {text}}}"));
    }

    #[test]
    fn numbers_are_those_of_serde_json(text in "-?[0-9]{1,22}([.][0-9]{0,4})?([eE][+-]?[0-9]{0,4})?") {
        check_text(&text);
        check_same::<i8>(&text);
        check_same::<u8>(&text);
        check_same::<i32>(&text);
        check_same::<u32>(&text);
        check_same::<i64>(&text);
        check_same::<u64>(&text);
        if let Ok(float) = from_str::<f64>(&text) {
            assert_eq!(Ok(float), text.parse());
        }
    }

    #[test]
    fn integers_near_a_bound_are_those_of_serde_json(
        bound in select(vec![i64::MIN as i128, i64::MAX as i128, u64::MAX as i128, i32::MAX as i128, 0]),
        distance in -3..3_i128,
    ) {
        let text = (bound + distance).to_string();
        check_same::<i32>(&text);
        check_same::<i64>(&text);
        check_same::<u64>(&text);
    }

    #[test]
    fn nesting_is_refused_where_serde_json_refuses_it(
        brackets in vec(any::<bool>(), 120..136),
    ) {
        let open = |&is_object: &bool| if is_object { r#"{"a":"# } else { "[" };
        let close = |&is_object: &bool| if is_object { "}" } else { "]" };
        let head: String = brackets.iter().map(open).collect();
        let tail: String = brackets.iter().rev().map(close).collect();
        let text = format!("{head}0{tail}");
        assert_eq!(Reader::new(&text).skip().is_ok(), brackets.len() < 128);
        assert_eq!(from_str::<Tree>(&text).is_ok(), brackets.len() < 128);
        assert_eq!(serde_json::from_str::<Value>(&text).is_ok(), brackets.len() < 128);
    }

    #[test]
    fn looking_ahead_sees_what_is_there(value in a_value(), pretty in any::<bool>()) {
        let text = if pretty { format!("{value:#}") } else { value.to_string() };
        let mut reader = Reader::new(&text);
        let tag = reader.peek_tag("type").unwrap();
        assert_eq!(tag.as_deref(), value["type"].as_str());
        for keys in [&["a"][..], &["b", "a"], &["type", "a", "b"]] {
            let expected = keys.iter().all(|&key| value.get(key).is_some());
            assert_eq!(reader.has_keys(keys).unwrap(), expected);
        }
        assert_eq!(reader.raw().unwrap(), text);
    }

    #[test]
    fn raw_json_survives_a_round_trip(text in a_text()) {
        let json = Json::from_text(text.clone()).unwrap();
        assert_eq!(json.get(), text.trim());
        assert_eq!(serde_json::to_string(&json).unwrap(), text.trim());
        assert_eq!(json.to_value(), serde_json::from_str::<Value>(&text).unwrap());
    }
}
