//! Everything that a document can say and the IR can hold -> a small document that shows it, or a failing test.
//!
//! What there is comes from where it is defined: the table of extensions in `specs/README.md`, the variants of the IR's enums (a `match`
//! without `_` stands beside each list, made from the same rows), and `passes::ALL`. What a document shows is computed from the document and from
//! what it is lowered to, before and after the passes, and never from its name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use apispec::Document;
use apispec_codegen::ir::{
    Accept, Api, Body, Bounds, CodeKey, Field, Location, Mark, Operation, Presence, Reply, Retry, Security, Segment, Shape, Source, Style,
    Ty, Union,
};
use apispec_codegen::{lower, lower_foreign, passes};
use serde_json::Value;

use super::documents::{Mini, all, lenient, paths};

/// Names the variants of an enum: `every` lists them, and `name` tells which one a value is. Both come from the same rows, so a variant
/// that is added to the enum does not compile before it has a row.
macro_rules! variants {
    ($module:ident: $ty:ty { $($pattern:pat => $name:literal,)* }) => {
        mod $module {
            use super::*;

            pub const EVERY: &[&str] = &[$($name),*];

            pub fn name(value: &$ty) -> &'static str {
                match value { $($pattern => $name,)* }
            }
        }
    };
}

variants!(shape: Shape {
    Shape::Struct(_) => "shape: struct",
    Shape::Framed(_) => "shape: framed",
    Shape::Enum(_) => "shape: enum",
    Shape::Union(Union::Tagged { .. }) => "shape: tagged union",
    Shape::Union(Union::Shorthand { .. }) => "shape: shorthand",
    Shape::Union(Union::Contents { .. }) => "shape: contents",
    Shape::Union(Union::Untagged { .. }) => "shape: untagged union",
    Shape::Union(Union::Recognised { .. }) => "shape: recognised union",
    Shape::Union(Union::InText { .. }) => "shape: union in a text",
    Shape::Id => "shape: id",
    Shape::Alias(_) => "shape: alias",
});
variants!(ty: Ty {
    Ty::Text => "type: text",
    Ty::Flag => "type: flag",
    Ty::Int => "type: int",
    Ty::Float => "type: float",
    Ty::Time => "type: time",
    Ty::File => "type: file",
    Ty::Json => "type: json",
    Ty::Named(_) => "type: named",
    Ty::List(_) => "type: list",
    Ty::Map(_) => "type: map",
    Ty::Boxed(_) => "type: boxed",
    Ty::CommaList => "type: comma list",
    Ty::JsonText(_) => "type: json text",
    Ty::JsonTextBy { .. } => "type: json text by a sibling",
});
variants!(presence: Presence {
    Presence::Required => "presence: required",
    Presence::Nullable => "presence: nullable",
    Presence::Optional => "presence: optional",
    Presence::OptionalNullable => "presence: optional and nullable",
});
variants!(source: Source {
    Source::Caller => "source: caller",
    Source::Client(_) => "source: client",
    Source::Constant(_) => "source: constant",
    Source::Selector(_) => "source: selector",
});
variants!(mark: Mark {
    Mark::Text => "mark: text",
    Mark::Flag => "mark: flag",
    Mark::Integer => "mark: integer",
    Mark::Number => "mark: number",
    Mark::List => "mark: list",
    Mark::Object => "mark: object",
    Mark::Members { .. } => "mark: members",
});
variants!(accept: Accept {
    Accept::Integer => "accepts: integer",
    Accept::Text => "accepts: text",
    Accept::Object => "accepts: object",
    Accept::Single => "accepts: single",
});
variants!(location: Location {
    Location::Path => "location: path",
    Location::Query => "location: query",
    Location::Header => "location: header",
    Location::Cookie => "location: cookie",
});
variants!(body: Body {
    Body::Json(_) => "body: json",
    Body::Multipart(_) => "body: multipart",
    Body::Form(_) => "body: form",
    Body::Whole(_) => "body: whole",
    Body::Raw(_) => "body: raw",
});
variants!(reply: Reply {
    Reply::Nothing => "reply: nothing",
    Reply::Value(_) => "reply: value",
    Reply::Raw => "reply: raw",
});
variants!(style: Style {
    Style::Form => "style: form",
    Style::Space => "style: blanks",
    Style::Pipe => "style: pipes",
    Style::Deep => "style: deep",
    Style::Simple => "style: simple",
    Style::Label => "style: label",
    Style::Matrix => "style: matrix",
    Style::Json => "style: json",
});
variants!(retry: Retry {
    Retry::Safe => "retry: safe",
    Retry::Never => "retry: never",
});
variants!(segment: Segment {
    Segment::Literal(_) => "segment: literal",
    Segment::Param(_) => "segment: parameter",
});
variants!(security: Security {
    Security::None => "security: none",
    Security::Bearer => "security: bearer",
    Security::Header(_) => "security: header",
    Security::Query(_) => "security: query",
    Security::Cookie(_) => "security: cookie",
    Security::Basic => "security: name and password",
    Security::Signature(_) => "security: signature",
});
variants!(code: CodeKey {
    CodeKey::Number(_) => "code: number",
    CodeKey::Text(_) => "code: text",
    CodeKey::Prefix(_) => "code: prefix",
});

/// Features that are not variants of an enum.
const OTHERS: [&str; 13] = [
    "bounds: length",
    "bounds: range",
    "choice: exactly one",
    "choice: at least one",
    "list in the query: joined",
    "list in the query: repeated",
    "members: further ones",
    "operation: body may be left out",
    "operation: its own limit",
    "operation: pages",
    "operation: stream",
    "server: name",
    "source: client, in the query",
];

/// What the generator can do, apart from extensions and passes.
fn everything() -> BTreeSet<&'static str> {
    let lists = [
        shape::EVERY,
        ty::EVERY,
        presence::EVERY,
        source::EVERY,
        mark::EVERY,
        accept::EVERY,
        location::EVERY,
        body::EVERY,
        reply::EVERY,
        style::EVERY,
        retry::EVERY,
        segment::EVERY,
        security::EVERY,
        code::EVERY,
        &OTHERS,
    ];
    lists.concat().into_iter().collect()
}

/// What an API makes use of.
fn used(api: &Api) -> BTreeSet<&'static str> {
    let mut used: BTreeSet<&str> = api.codes.iter().map(|row| code::name(&row.key)).collect();
    used.insert(security::name(&api.security));
    for definition in api.types.values() {
        used.insert(shape::name(&definition.shape));
        match &definition.shape {
            Shape::Struct(members) => {
                members.fields.iter().for_each(|field| of_field(field, &mut used));
                if let Some(ty) = &members.extra {
                    of_type(ty, &mut used);
                    used.insert("members: further ones");
                }
                used.extend(members.choices.iter().map(|choice| if choice.exactly_one { OTHERS[2] } else { OTHERS[3] }));
            }
            Shape::Framed(framed) => framed.fields.iter().for_each(|field| of_field(field, &mut used)),
            Shape::Union(Union::Contents { variants }) => variants.iter().for_each(|variant| of_type(&variant.ty, &mut used)),
            Shape::Union(Union::Untagged { variants }) => variants.iter().for_each(|ty| of_type(ty, &mut used)),
            Shape::Union(Union::Recognised { variants }) => variants.iter().for_each(|variant| {
                of_type(&variant.ty, &mut used);
                used.insert(mark::name(&variant.mark));
            }),
            Shape::Alias(ty) => of_type(ty, &mut used),
            Shape::Enum(_) | Shape::Id | Shape::Union(Union::Tagged { .. } | Union::Shorthand { .. } | Union::InText { .. }) => {}
        }
    }
    api.groups.iter().flat_map(|group| &group.operations).for_each(|operation| of_operation(operation, &mut used));
    if api.servers.iter().any(|server| server.name.is_some() && !server.variables.is_empty()) {
        used.insert("server: name");
    }
    used
}

fn of_type(value: &Ty, used: &mut BTreeSet<&'static str>) {
    used.insert(ty::name(value));
    if let Ty::List(inner) | Ty::Map(inner) | Ty::Boxed(inner) = value {
        of_type(inner, used);
    }
}

fn of_bounds(bounds: &Bounds, used: &mut BTreeSet<&'static str>) {
    if bounds.length != (None, None) {
        used.insert("bounds: length");
    }
    if bounds.range != (None, None) {
        used.insert("bounds: range");
    }
}

fn of_field(field: &Field, used: &mut BTreeSet<&'static str>) {
    of_type(&field.ty, used);
    of_bounds(&field.bounds, used);
    used.insert(presence::name(&field.presence));
    used.insert(source::name(&field.source));
    used.extend(field.accepts.iter().map(accept::name));
}

fn of_operation(operation: &Operation, used: &mut BTreeSet<&'static str>) {
    used.insert(retry::name(&operation.retry));
    used.insert(reply::name(&operation.reply));
    used.extend(operation.body.iter().map(body::name));
    used.extend(operation.path.iter().map(segment::name));
    for param in &operation.params {
        of_type(&param.ty, used);
        of_bounds(&param.bounds, used);
        used.insert(location::name(&param.location));
        used.extend(param.style.iter().map(style::name));
        used.insert(source::name(&param.source));
        if matches!(param.source, Source::Client(_)) && param.location == Location::Query {
            used.insert("source: client, in the query");
        }
        if matches!(param.ty, Ty::List(_)) && param.location == Location::Query {
            used.insert(if param.explode { "list in the query: repeated" } else { "list in the query: joined" });
        }
    }
    let parts = [
        ("operation: body may be left out", operation.bodiless),
        ("operation: its own limit", operation.rate_limit.is_some()),
        ("operation: pages", operation.paging.is_some()),
        ("operation: stream", operation.events.is_some()),
    ];
    used.extend(parts.iter().filter(|(_, there)| *there).map(|(name, _)| *name));
}

fn lowered(document: &Document) -> Api {
    lower::api(document).unwrap_or_else(|report| panic!("{}: {report}", document.file()))
}

#[test]
fn everything_in_the_ir_is_shown() {
    let mut shown = BTreeSet::new();
    for mini in all("output") {
        let before = lowered(&mini.document);
        let after = lower(&mini.document).unwrap_or_else(|report| panic!("{report}"));
        shown.extend(used(&before));
        shown.extend(used(&after));
    }
    for path in paths("foreign") {
        shown.extend(used(&lower_foreign(lenient(&path).1).unwrap_or_else(|report| panic!("{report}"))));
    }
    let everything = everything();
    let missing: Vec<_> = everything.difference(&shown).collect();
    assert!(missing.is_empty(), "no document shows {missing:?}");
    assert!(shown.is_subset(&everything), "{:?} have no row here", shown.difference(&everything));
}

/// The extensions in the table of `specs/README.md`.
fn extensions() -> BTreeSet<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs/README.md");
    let page = fs::read_to_string(page).expect("the page is readable");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `x-")?.split('`').next().map(|name| format!("x-{name}")));
    rows.collect()
}

/// The keys of a tree that begin with `x-`, but for names of headers and members.
fn keys(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(key, member)| {
            if key.starts_with("x-") {
                found.insert(key.clone());
            }
            keys(member, found);
        }),
        Value::Array(items) => items.iter().for_each(|item| keys(item, found)),
        _ => {}
    }
}

#[test]
fn every_extension_is_shown() {
    let extensions = extensions();
    assert!(extensions.contains("x-envelope") && extensions.len() > 10, "the table in specs/README.md was not found: {extensions:?}");
    let mut shown = BTreeSet::new();
    for mini in all("output") {
        keys(mini.document.root(), &mut shown);
    }
    let missing: Vec<_> = extensions.difference(&shown).collect();
    assert!(missing.is_empty(), "no document shows {missing:?}");
}

/// The passes that change the API of a document, or refuse it.
fn working(mini: &Mini) -> BTreeSet<&'static str> {
    let mut working = BTreeSet::new();
    let Ok(mut api) = lower::api(&mini.document) else { return working };
    for pass in passes::ALL {
        let before = api.clone();
        let refused = (pass.run)(&mut api).is_err();
        if refused || api != before {
            working.insert(pass.name);
        }
        if refused {
            break;
        }
    }
    working
}

#[test]
fn every_pass_has_something_to_do() {
    let mut shown: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for mini in all("output").into_iter().chain(all("refused")) {
        for pass in working(&mini) {
            shown.entry(pass).or_default().push(mini.name.clone());
        }
    }
    let missing: Vec<_> = passes::ALL.iter().filter(|pass| !shown.contains_key(pass.name)).map(|pass| pass.name).collect();
    assert!(missing.is_empty(), "no document shows {missing:?}");
}
