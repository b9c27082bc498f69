//! Rules: the head of a document, and what is nowhere in it.

use serde_json::Value;

use super::rule;
use crate::Pointer;
use crate::lint::{Context, Findings, Rule};
use crate::schema::brief;

pub(super) const VERSION_INFO: Rule = rule(
    "version-info",
    "A document is OpenAPI 3.0.3 and has a title, a version and a description.",
    "write `openapi: 3.0.3`, and say in `info` what the API is called, which version it is and what it is for",
    version_info,
);

pub(super) const NO_DEFAULT: Rule = rule(
    "no-default",
    "A default of the server is said in the description; what the caller does not set is not sent.",
    "say in the description what the server takes when nothing is sent, and take `default` away",
    no_default,
);

fn version_info(context: &Context<'_>, findings: &mut Findings<'_>) {
    let root = context.index.document().root();
    if let Some(version) = root.get("openapi").and_then(Value::as_str).filter(|version| *version != "3.0.3") {
        findings.add(&Pointer::root().child("openapi"), format!("the document is OpenAPI {version}, and the normal form is 3.0.3"));
    }
    let Some(info) = root.get("info").filter(|info| info.is_object()) else { return };
    let place = Pointer::root().child("info");
    for member in ["title", "version", "description"] {
        match info.get(member) {
            Some(Value::String(text)) if text.trim().is_empty() => {
                findings.add(&place.child(member), format!("the {member} of the document is empty"));
            }
            None if member == "description" => {
                findings.add(&place, "the document has no description");
            }
            _ => {}
        }
    }
}

fn no_default(context: &Context<'_>, findings: &mut Findings<'_>) {
    for place in context.index.schemas() {
        if let Some(default) = place.value.get("default") {
            let message = format!("`default: {}` is something that a client would have to send or to ignore", brief(default));
            findings.add(&place.pointer.child("default"), message);
        }
    }
}
