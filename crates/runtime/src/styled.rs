//! A value and a style of OpenAPI -> the text that carries it in a path, a query, a header, a cookie or a form.
//!
//! The usual texts and lists never come here. This is for objects, for lists in other styles, and for values that travel as JSON. Whatever a
//! style says nothing about (a list in an object in a list) is written as the JSON of it.

use serde_json::Value;

use crate::encode::percent;

/// How a value is written in a place that carries text, by the names of OpenAPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// `a=1&a=2` or `a=1,2`; an object is one pair for each member, or `a=x,1,y,2`.
    Form,
    /// `a=1 2`.
    SpaceDelimited,
    /// `a=1|2`.
    PipeDelimited,
    /// `a[x]=1&a[y]=2`, and so on inside.
    DeepObject,
    /// `1,2` in a path or header; an object is `x=1,y=2` or `x,1,y,2`.
    Simple,
    /// `.1.2` in a path.
    Label,
    /// `;a=1;a=2` or `;a=1,2` in a path.
    Matrix,
    /// The JSON of the value.
    Json,
}

/// The pairs that carry a value in a query, a cookie or a form. Null is nothing.
pub(crate) fn pairs(name: &str, value: &Value, style: Style, explode: bool) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    match (style, value) {
        (_, Value::Null) => {}
        (Style::Json, value) => pairs.push((name.to_owned(), value.to_string())),
        (Style::DeepObject, value) => deep(name, value, &mut pairs),
        (Style::Form, Value::Array(items)) if explode => pairs.extend(items.iter().map(|item| (name.to_owned(), text(item)))),
        (Style::Form, Value::Object(members)) if explode => {
            let there = members.iter().filter(|(_, value)| !value.is_null());
            for (member, value) in there {
                match value {
                    Value::Array(items) => pairs.extend(items.iter().map(|item| (member.clone(), text(item)))),
                    value => pairs.push((member.clone(), text(value))),
                }
            }
        }
        (style, value) => {
            let separator = match style {
                Style::SpaceDelimited => " ",
                Style::PipeDelimited => "|",
                _ => ",",
            };
            let pieces = pieces(value, None);
            if !pieces.is_empty() || !(value.is_array() || value.is_object()) {
                pairs.push((name.to_owned(), pieces.join(separator)));
            }
        }
    }
    pairs
}

/// The pairs of a form: every member of an object, with what is inside of it in brackets.
pub(crate) fn form(value: &Value) -> Option<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    for (name, value) in value.as_object()? {
        match value {
            Value::Array(items) if !items.iter().any(|item| item.is_array() || item.is_object()) => {
                pairs.extend(items.iter().map(|item| (name.clone(), text(item))));
            }
            value => deep(name, value, &mut pairs),
        }
    }
    Some(pairs)
}

fn deep(name: &str, value: &Value, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Object(members) => members.iter().for_each(|(member, value)| deep(&format!("{name}[{member}]"), value, pairs)),
        Value::Array(items) => {
            let nested = items.iter().any(|item| item.is_array() || item.is_object());
            for (position, item) in items.iter().enumerate() {
                let name = if nested { format!("{name}[{position}]") } else { format!("{name}[]") };
                deep(&name, item, pairs);
            }
        }
        value => pairs.push((name.to_owned(), text(value))),
    }
}

/// The one text that carries a value in a header.
pub(crate) fn header(value: &Value, style: Style, explode: bool) -> String {
    match style {
        Style::Json => value.to_string(),
        _ => pieces(value, explode.then_some("=")).join(","),
    }
}

/// The text that carries a value in a path, ready for it: what belongs to the style stays as it is, all else is encoded.
pub(crate) fn segment(name: &str, value: &Value, style: Style, explode: bool) -> String {
    let encoded = |text: &String| {
        let mut out = String::new();
        percent(&mut out, text);
        out
    };
    let members = |between: &str| match value {
        Value::Object(members) if explode => {
            members.iter().map(|(member, value)| format!("{}{between}{}", encoded(member), encoded(&text(value)))).collect()
        }
        value => pieces(value, None).iter().map(encoded).collect::<Vec<String>>(),
    };
    match style {
        Style::Json => encoded(&value.to_string()),
        Style::Label => format!(".{}", members("=").join(if explode { "." } else { "," })),
        Style::Matrix => match (value, explode) {
            (Value::Object(_), true) => members("=").iter().map(|pair| format!(";{pair}")).collect(),
            (Value::Array(_), true) => members("=").iter().map(|item| format!(";{}={item}", encoded(&name.to_owned()))).collect(),
            _ => format!(";{}={}", encoded(&name.to_owned()), members("=").join(",")),
        },
        _ => members("=").join(","),
    }
}

/// The pieces that a separator stands between.
fn pieces(value: &Value, between: Option<&str>) -> Vec<String> {
    match (value, between) {
        (Value::Array(items), _) => items.iter().map(text).collect(),
        (Value::Object(members), Some(between)) => members.iter().map(|(name, value)| format!("{name}{between}{}", text(value))).collect(),
        (Value::Object(members), None) => members.iter().flat_map(|(name, value)| [name.clone(), text(value)]).collect(),
        (value, _) => vec![text(value)],
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn query(value: Value, style: Style, explode: bool) -> String {
        pairs("c", &value, style, explode).iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    }

    /// The examples of OpenAPI 3.0.3, "Style Examples".
    #[test]
    fn queries_are_written_as_the_styles_say() {
        let (list, object) = (json!(["blue", "black"]), json!({"B": 150, "R": 100}));
        assert_eq!(query(list.clone(), Style::Form, true), "c=blue&c=black");
        assert_eq!(query(list.clone(), Style::Form, false), "c=blue,black");
        assert_eq!(query(list.clone(), Style::SpaceDelimited, false), "c=blue black");
        assert_eq!(query(list, Style::PipeDelimited, false), "c=blue|black");
        assert_eq!(query(object.clone(), Style::Form, true), "B=150&R=100");
        assert_eq!(query(object.clone(), Style::Form, false), "c=B,150,R,100");
        assert_eq!(query(object.clone(), Style::DeepObject, true), "c[B]=150&c[R]=100");
        assert_eq!(query(object, Style::Json, false), r#"c={"B":150,"R":100}"#);
        assert_eq!(query(json!(null), Style::Form, true), "");
        assert_eq!(query(json!([]), Style::Form, false), "");
        assert_eq!(query(json!({"gt": {"at": [1, 2]}}), Style::DeepObject, true), "c[gt][at][]=1&c[gt][at][]=2");
    }

    #[test]
    fn paths_and_headers_are_written_as_the_styles_say() {
        let (text, list, object) = (json!("a/b"), json!(["blue", "black"]), json!({"B": 150, "R": 100}));
        for (value, style, explode, expected) in [
            (&text, Style::Simple, false, "a%2Fb"),
            (&text, Style::Label, false, ".a%2Fb"),
            (&text, Style::Matrix, false, ";c=a%2Fb"),
            (&list, Style::Simple, true, "blue,black"),
            (&list, Style::Label, true, ".blue.black"),
            (&list, Style::Label, false, ".blue,black"),
            (&list, Style::Matrix, true, ";c=blue;c=black"),
            (&list, Style::Matrix, false, ";c=blue,black"),
            (&object, Style::Simple, true, "B=150,R=100"),
            (&object, Style::Simple, false, "B,150,R,100"),
            (&object, Style::Label, true, ".B=150.R=100"),
            (&object, Style::Matrix, true, ";B=150;R=100"),
            (&object, Style::Matrix, false, ";c=B,150,R,100"),
        ] {
            assert_eq!(segment("c", value, style, explode), expected);
        }
        assert_eq!(header(&object, Style::Simple, false), "B,150,R,100");
        assert_eq!(header(&object, Style::Simple, true), "B=150,R=100");
    }

    #[test]
    fn forms_hold_what_is_inside_in_brackets() {
        let body = json!({"name": "x", "rows": [{"n": 1}], "tags": ["a", "b"], "to": {"city": "y", "gone": null}});
        let pairs: Vec<String> = form(&body).expect("an object").into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(pairs, ["name=x", "rows[0][n]=1", "tags=a", "tags=b", "to[city]=y"]);
        assert_eq!(form(&json!([1])), None);
    }
}
