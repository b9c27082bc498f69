//! What a client does not know yet -> kept, and told apart from what it knows.

use apispec_runtime::decode::from_text;
use compiled::{enums, framed, recognised, tagged};

#[test]
fn a_value_that_is_not_known_is_kept_and_equals_no_other() {
    use enums::kites::State;
    let kite: enums::kites::Kite = from_text(r#"{"state":"later","past":["FLYING","IN_AIR","3D","in_air"]}"#).expect("a kite");
    assert!(matches!(&kite.state, State::Unknown(value) if value.as_str() == "later"));
    assert_eq!(kite.state.as_str(), "later");
    let past = kite.past.clone().expect("a list");
    assert_eq!(past[..3], [State::InAir, State::InAir, State::BoxKite]);
    // Case counts: nobody said that the server does not mind it.
    assert_eq!(past[3].as_str(), "in_air");
    assert_ne!(past[3], State::InAir);
    let written = serde_json::to_string(&kite).expect("it is written");
    assert_eq!(written, r#"{"state":"later","past":["IN_AIR","IN_AIR","3D","in_air"]}"#);
}

#[test]
fn a_tag_that_is_not_known_keeps_its_content_wherever_it_stands() {
    use framed::kites::{Kite, PartContent};
    for part in [r#"{"kind":"KEEL","number":7,"content":{"a":[1]}}"#, r#"{"content":{"a":[1]},"number":7,"kind":"KEEL"}"#] {
        let kite: Kite = from_text(&format!(r#"{{"parts":[{part}]}}"#)).expect("a kite");
        let part = &kite.parts.as_ref().expect("parts")[0];
        assert!(
            matches!(&part.content, PartContent::Unknown { tag, raw, .. } if tag == "KEEL" && raw.as_ref().is_some_and(|raw| raw["a"][0] == 1)),
            "{part:?}"
        );
        assert_eq!((part.content.tag(), part.number), ("KEEL", Some(7)));
    }
    // Everything beside it is kept too, and what was not there is not written.
    for part in [
        r#"{"kind":"KEEL","content":null,"number":7,"depth":2,"made":{"by":"a"}}"#,
        r#"{"kind":"KEEL","number":7,"depth":2}"#,
        r#"{"depth":2,"content":1,"kind":"KEEL"}"#,
        r#"{"kind":"KEEL"}"#,
    ] {
        let text = format!(r#"{{"parts":[{part}]}}"#);
        let kite: Kite = from_text(&text).expect("a kite");
        let written: serde_json::Value = serde_json::to_value(&kite).expect("it is written");
        assert_eq!(written, serde_json::from_str::<serde_json::Value>(&text).expect("JSON"));
    }
    // What nobody knows beside a tag that is known is ignored, as it is in every object.
    let tail: Kite = from_text(r#"{"parts":[{"depth":2,"kind":"TAIL","content":"red","made":1}]}"#).expect("a kite");
    assert_eq!(serde_json::to_string(&tail).expect("it is written"), r#"{"parts":[{"kind":"TAIL","content":"red"}]}"#);
    // One that is known and malformed is an error, and does not become unknown.
    for part in [r#"{"kind":"LINE","content":{"metres":"long"}}"#, r#"{"content":{"metres":"long"},"kind":"LINE"}"#] {
        let error = from_text::<Kite>(&format!(r#"{{"parts":[{part}]}}"#)).expect_err("malformed");
        assert!(error.to_string().contains("parts[0].content.metres"), "{error}");
    }
    let error = from_text::<Kite>(r#"{"parts":[{"kind":"LINE"}]}"#).expect_err("no content");
    assert!(error.to_string().contains("parts[0].content"), "{error}");
}

#[test]
fn an_object_of_an_unknown_kind_is_kept_whole() {
    let text = r#"{"kind":"rokkaku","spars":[1,2],"bow":null}"#;
    let kite: tagged::kites::Kite = from_text(text).expect("a kite");
    assert!(matches!(&kite, tagged::kites::Kite::Unknown { tag, .. } if tag == "rokkaku"));
    assert_eq!(serde_json::to_string(&kite).expect("it is written"), text);
    let error = from_text::<tagged::kites::Kite>(r#"{"cells":"two","kind":"box"}"#).expect_err("malformed");
    assert!(error.to_string().contains("cells"), "{error}");
    assert!(from_text::<tagged::kites::Kite>("{}").expect_err("no tag").to_string().contains("kind"));
}

#[test]
fn what_no_alternative_recognises_is_kept() {
    let text = r#"{"size":{"w":1},"place":{"city":"a"}}"#;
    let kite: recognised::kites::Kite = from_text(text).expect("a kite");
    assert!(matches!(kite.size, Some(recognised::kites::Size::Unknown { .. })));
    assert_eq!(serde_json::to_string(&kite).expect("it is written"), text);
    let kite: recognised::kites::Kite = from_text(r#"{"size":true,"place":{"farm":"f"}}"#).expect("a kite");
    assert!(matches!(kite.size, Some(recognised::kites::Size::Flag(true))));
    assert!(matches!(kite.place, Some(recognised::kites::Place::Meadow(_))));
}
