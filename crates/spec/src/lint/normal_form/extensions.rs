//! Rule: every extension is known and stands where it means something.

use serde_json::Value;

use super::fields::nearest;
use super::look::{Role, role};
use super::rule;
use crate::grammar::Kind;
use crate::index::Place;
use crate::lint::{Context, Findings, Rule};

pub(super) const EXTENSION_UNKNOWN: Rule = rule(
    "extension-unknown",
    "An extension is one of those that specs/README.md lists, and stands where it says.",
    "correct the name, or move the extension to where specs/README.md has it",
    extension_unknown,
);

/// What an extension stands on.
struct Spot<'p, 'd> {
    place: &'p Place<'d>,
    role: Option<Role>,
}

impl Spot<'_, '_> {
    fn is(&self, kind: Kind) -> bool {
        self.place.kind == kind
    }

    fn is_property(&self) -> bool {
        self.role == Some(Role::Property)
    }

    fn has(&self, key: &str) -> bool {
        self.place.value.get(key).is_some()
    }

    fn is_string(&self) -> bool {
        self.is(Kind::Schema) && self.place.value.get("type") == Some(&Value::from("string"))
    }
}

/// An extension: its name, what it stands on in words, and the same as a test.
struct Extension(&'static str, &'static str, fn(&Spot<'_, '_>) -> bool);

static EXTENSIONS: &[Extension] = &[
    Extension("x-envelope", "the document", |spot| spot.is(Kind::Document)),
    Extension("x-error-codes", "the document", |spot| spot.is(Kind::Document)),
    Extension("x-retry-after", "the document", |spot| spot.is(Kind::Document)),
    Extension("x-rate-limit", "the document or an operation", |spot| spot.is(Kind::Document) || spot.is(Kind::Operation)),
    Extension("x-environment", "the document", |spot| spot.is(Kind::Document)),
    Extension("x-name", "a server", |spot| spot.is(Kind::Server)),
    Extension("x-client-parameter", "a parameter or a property", |spot| spot.is(Kind::Parameter) || spot.is_property()),
    Extension("x-retry", "an operation", |spot| spot.is(Kind::Operation)),
    Extension("x-paging", "an operation", |spot| spot.is(Kind::Operation)),
    Extension("x-event-stream", "the media type `text/event-stream`", |spot| {
        spot.is(Kind::MediaType) && spot.place.pointer.last().as_deref() == Some("text/event-stream")
    }),
    Extension("x-enum", "a schema with `enum`", |spot| spot.is(Kind::Schema) && spot.has("enum")),
    Extension("x-aliases", "a property", |spot| spot.is_property()),
    Extension("x-accepts", "a property or a schema", |spot| spot.is(Kind::Schema)),
    Extension("x-shorthand", "a schema with `oneOf`", |spot| spot.is(Kind::Schema) && spot.has("oneOf")),
    Extension("x-json-text", "a schema of type string", |spot| spot.is_string()),
    Extension("x-comma-list", "a schema of type string", |spot| spot.is_string()),
    Extension("x-id", "a schema component of type string", |spot| spot.is_string() && spot.role == Some(Role::Component)),
    Extension("x-secret", "a property or a schema", |spot| spot.is(Kind::Schema)),
    Extension("x-ledger", "anything but `paths`", |spot| !spot.is(Kind::Paths)),
    Extension("x-rust-name", "a schema, a property, a parameter or an operation", |spot| {
        spot.is(Kind::Operation)
            || spot.is(Kind::Parameter)
            || matches!(spot.role, Some(Role::Property | Role::Component | Role::Alternative))
    }),
];

fn extension_unknown(context: &Context<'_>, findings: &mut Findings<'_>) {
    // What stands beside a reference is not read at all, which is another finding.
    for place in context.index.places().iter().filter(|place| place.reference().is_none()) {
        let spot = Spot { place, role: role(&context.index, place) };
        for key in place.value.as_object().into_iter().flatten().map(|(key, _)| key).filter(|key| key.starts_with("x-")) {
            let message = match EXTENSIONS.iter().find(|extension| extension.0 == key) {
                Some(extension) if (extension.2)(&spot) => continue,
                Some(extension) => format!("`{key}` does not stand here; it stands on {}", extension.1),
                None => match nearest(key, EXTENSIONS.iter().map(|extension| extension.0)) {
                    Some(near) => format!("there is no extension `{key}`; is `{near}` meant?"),
                    None => format!("there is no extension `{key}`"),
                },
            };
            findings.add(&place.pointer.child(key), message);
        }
    }
}
