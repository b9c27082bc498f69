//! The bytes of a reply -> its outcome and where its payload is, as the [`Envelope`] of the API says.
//!
//! The payload is not read here, only found. Members may come in any order, and a refusal may leave the payload out.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, IgnoredAny, MapAccess};
use serde_json::value::RawValue;

use crate::api::{Api, Envelope, Success};
use crate::code::CodeValue;

/// What a reply says.
#[derive(Debug, PartialEq)]
pub(crate) enum Outcome<'a> {
    /// It succeeded; this is the text of the payload, which is `null` where there is none.
    Success(&'a str, Option<String>),
    /// The API refused.
    Refusal { code: Option<CodeValue>, message: String, request_id: Option<String> },
    /// This does not come from the API.
    Foreign,
}

/// Reads a reply with this status.
pub(crate) fn open<'a>(api: &Api, status: u16, body: &'a [u8]) -> Outcome<'a> {
    let envelope = &api.envelope;
    let good = (200..300).contains(&status);
    let Ok(text) = str::from_utf8(body) else { return Outcome::Foreign };
    if good && envelope.success == Success::Status && envelope.data.is_none() {
        // There is nothing to open: the status has decided, and the body is the payload. But a body that says why it is a refusal, with
        // a code that stands for one, is none.
        let members = members(envelope, text);
        if let Some(refusal) = members.as_ref().and_then(|members| hidden_refusal(api, members)) {
            return refusal;
        }
        let request_id = members.and_then(|members| first_text(&members.request_id));
        let payload = if text.trim().is_empty() { "null" } else { text };
        return Outcome::Success(payload, request_id);
    }
    if !good && !envelope.tells() {
        return untold(text);
    }
    let Some(members) = members(envelope, text) else { return Outcome::Foreign };
    let request_id = first_text(&members.request_id);
    let code = members.code.iter().flatten().find_map(|(name, raw)| code(name, raw));
    let message = first_text(&members.message);
    let success = good
        && match envelope.success {
            Success::Status => true,
            Success::StatusAndZero => match &code {
                Some(code) => code.is_zero(),
                None => return Outcome::Foreign,
            },
        };
    if success {
        return Outcome::Success(members.data.map_or("null", RawValue::get), request_id);
    }
    if code.is_none() && message.is_none() {
        return Outcome::Foreign;
    }
    // A proxy between may have changed the status of a success; the status still says that something is wrong.
    let code = code.filter(|code| !code.is_zero());
    Outcome::Refusal { code, message: message.unwrap_or_default(), request_id }
}

/// The refusal of an API that does not tell what its refusals look like: JSON, words or nothing. A page comes from something between.
fn untold(text: &str) -> Outcome<'_> {
    match text.trim() {
        page if page.starts_with('<') => Outcome::Foreign,
        message => Outcome::Refusal { code: None, message: message.to_owned(), request_id: None },
    }
}

/// A refusal with a code from the API's table and a message, whatever the status says.
fn hidden_refusal<'a>(api: &Api, members: &Members<'_>) -> Option<Outcome<'a>> {
    let code = members.code.iter().flatten().find_map(|(name, raw)| code(name, raw)).filter(|code| api.code(code).is_some())?;
    let message = first_text(&members.message)?;
    Some(Outcome::Refusal { code: Some(code), message, request_id: first_text(&members.request_id) })
}

/// What was found of each list of members: the name and the text of its value, in the order of preference.
struct Members<'a> {
    code: Vec<Option<(&'static str, &'a RawValue)>>,
    message: Vec<Option<(&'static str, &'a RawValue)>>,
    request_id: Vec<Option<(&'static str, &'a RawValue)>>,
    data: Option<&'a RawValue>,
}

/// `None` if the text is not an object.
fn members<'a>(envelope: &Envelope, text: &'a str) -> Option<Members<'a>> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let members = deserializer.deserialize_map(Visitor(envelope)).ok()?;
    deserializer.end().ok()?;
    Some(members)
}

struct Visitor<'e>(&'e Envelope);

impl<'de> de::Visitor<'de> for Visitor<'_> {
    type Value = Members<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let empty = |names: &[&str]| vec![None; names.len()];
        let Envelope { code, message, request_id, data, .. } = *self.0;
        let mut found = Members { code: empty(code), message: empty(message), request_id: empty(request_id), data: None };
        while let Some(name) = map.next_key::<Name>()? {
            let at = |names: &[&str]| names.iter().position(|known| *known == name.0);
            if let Some(index) = at(code) {
                found.code[index] = Some((code[index], map.next_value()?));
            } else if let Some(index) = at(message) {
                found.message[index] = Some((message[index], map.next_value()?));
            } else if let Some(index) = at(request_id) {
                found.request_id[index] = Some((request_id[index], map.next_value()?));
            } else if data == Some(name.0.as_str()) {
                found.data = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// The name of a member, which may be written with escapes.
struct Name(String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

/// A number, a text, or an object that holds one under the same name.
fn code(name: &str, raw: &RawValue) -> Option<CodeValue> {
    match serde_json::from_str(raw.get()).ok()? {
        serde_json::Value::Number(number) => number.as_i64().map(CodeValue::Number),
        serde_json::Value::String(text) => Some(CodeValue::Text(text)),
        serde_json::Value::Object(members) => members.get(name)?.as_i64().map(CodeValue::Number),
        serde_json::Value::Null | serde_json::Value::Bool(_) | serde_json::Value::Array(_) => None,
    }
}

/// The first member that is a text; another value is given as its JSON text, so that nothing of a reason is lost.
fn first_text(found: &[Option<(&'static str, &RawValue)>]) -> Option<String> {
    let mut given = found.iter().flatten().map(|(_, raw)| raw.get()).filter(|text| *text != "null");
    given.next().map(|text| serde_json::from_str(text).unwrap_or_else(|_| text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{Outcome, open};
    use crate::api::{Api, AuthScheme, CodeInfo, CodeKey, CodeKind, Envelope, Success};
    use crate::code::CodeValue;

    const WITH_CODE: Api = Api::new("test", AuthScheme::None).envelope(Envelope {
        code: &["code"],
        message: &["msg", "message"],
        data: Some("data"),
        success: Success::StatusAndZero,
        ..Envelope::NONE
    });
    const PLAIN: Api = Api::new("test", AuthScheme::None)
        .envelope(Envelope {
            code: &["Code", "code"],
            message: &["Message", "message"],
            request_id: &["RequestId", "requestId"],
            ..Envelope::NONE
        })
        .codes(&[CodeInfo { code: CodeKey::Text("Throttling*"), name: "throttled", kind: CodeKind::RateLimited }]);

    #[test]
    fn an_api_that_tells_nothing_of_its_refusals_still_refuses() {
        const NOTHING: Api = Api::new("test", AuthScheme::None);
        for (status, body, expected) in [
            (404, r#" {"detail":"gone"} "#, r#"refused no code: {"detail":"gone"}"#),
            (409, "taken", "refused no code: taken"),
            (304, "", "refused no code: "),
            (502, "<html>", "foreign"),
            (200, "{}", "payload {}"),
        ] {
            assert_eq!(told(&NOTHING, status, body), expected);
        }
    }

    fn told(api: &Api, status: u16, body: &str) -> String {
        match open(api, status, body.as_bytes()) {
            Outcome::Success(payload, id) => format!("payload {payload}{}", id.map(|id| format!(", id {id}")).unwrap_or_default()),
            Outcome::Refusal { code, message, request_id } => {
                let code = match code {
                    Some(CodeValue::Number(number)) => format!("number {number}"),
                    Some(CodeValue::Text(text)) => format!("text {text}"),
                    None => "no code".to_owned(),
                };
                format!("refused {code}: {message}{}", request_id.map(|id| format!(", id {id}")).unwrap_or_default())
            }
            Outcome::Foreign => "foreign".to_owned(),
        }
    }

    #[test]
    fn with_a_code() {
        for (status, body, expected) in [
            (200, r#"{"code":0,"data":{"id":"a"}}"#, r#"payload {"id":"a"}"#),
            (200, r#"{"data":[1, 2],"msg":null,"code":0}"#, "payload [1, 2]"),
            (201, r#"{"code":0}"#, "payload null"),
            (200, r#"{"code":"0","data":null}"#, "payload null"),
            (200, r#"{"code":{"code":0},"data":1}"#, "payload 1"),
            (200, r#"{"code":300003,"msg":"session not found"}"#, "refused number 300003: session not found"),
            (200, r#"{"code":{"code":300003},"data":{}}"#, "refused number 300003: "),
            (400, r#"{"code":300001,"message":"bad"}"#, "refused number 300001: bad"),
            (400, r#"{"code":1,"message":"second","msg":"first"}"#, "refused number 1: first"),
            (400, r#"{"code":1,"message":"second","msg":null}"#, "refused number 1: second"),
            (400, r#"{"code":1,"msg":{"why":"x"}}"#, r#"refused number 1: {"why":"x"}"#),
            (500, r#"{"code":0,"msg":"odd"}"#, "refused no code: odd"),
            (500, r#"{"msg":"odd"}"#, "refused no code: odd"),
            (403, r#"{"code":"Forbidden","msg":"no"}"#, "refused text Forbidden: no"),
            (200, r#"{"data":{"id":"a"}}"#, "foreign"),
            (200, r#"{"code":true,"data":1}"#, "foreign"),
            (200, "", "foreign"),
            (502, "", "foreign"),
            (502, "<html>", "foreign"),
            (200, "<html>", "foreign"),
            (200, "[1]", "foreign"),
            (200, r#"{"code":0,"data":1} trailing"#, "foreign"),
            (200, r#"{"code":0,"data":"#, "foreign"),
            (400, r#"{"error":"x"}"#, "foreign"),
            (200, "{\"\\u0063ode\":0,\"data\":7}", "payload 7"),
        ] {
            assert_eq!(told(&WITH_CODE, status, body), expected, "{status} {body}");
        }
        assert_eq!(open(&WITH_CODE, 200, &[0xff]), Outcome::Foreign);
    }

    #[test]
    fn without_one() {
        for (status, body, expected) in [
            (200, r#"{"RequestId":"r-1","Items":[]}"#, r#"payload {"RequestId":"r-1","Items":[]}, id r-1"#),
            (200, "[1]", "payload [1]"),
            (204, "", "payload null"),
            (200, r#"{"Code":"Throttling.User","Message":"slow","RequestId":"r"}"#, "refused text Throttling.User: slow, id r"),
            (200, r#"{"Code":"Throttling.User"}"#, r#"payload {"Code":"Throttling.User"}"#),
            (200, r#"{"Code":"OK","Message":"done"}"#, r#"payload {"Code":"OK","Message":"done"}"#),
            (404, r#"{"Code":201300003,"Message":"gone","requestId":"r"}"#, "refused number 201300003: gone, id r"),
            (429, r#"{"code":"Throttling.User","message":"slow"}"#, "refused text Throttling.User: slow"),
            (500, "{}", "foreign"),
        ] {
            assert_eq!(told(&PLAIN, status, body), expected, "{status} {body}");
        }
    }
}
