//! The intermediate representation: what a client offers, decided, without a token of Rust and without `openapiv3`.
//!
//! `lower` fills it from a document, the passes change it, names are decided over it, and the emitters only print it. It is plain data in
//! the order of the document; every item knows the place it came from, so that any later problem can name it.
//!
//! Here is what can be called; `types` is what travels.

mod types;

use std::collections::BTreeMap;

use apispec::{Pointer, Problem};

pub use types::*;

/// The rule of a fallback that only matters for what is sent: a constraint that is left to the server.
pub const UNCHECKED: &str = "unchecked";

/// One API: everything that its client offers.
#[derive(Clone, Debug, PartialEq)]
pub struct Api {
    /// The file that it was read from, as headers name it: `specs/kites.yaml`.
    pub source: String,
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// `info.description`.
    pub docs: String,
    /// How outcomes are read.
    pub envelope: Option<Envelope>,
    /// The codes of refusals.
    pub codes: Vec<Code>,
    /// The header beside `Retry-After`, and whether it counts milliseconds.
    pub retry_after: Option<RetryAfter>,
    /// The published limit, in calls per second.
    pub rate_limit: Option<u32>,
    /// Which environment variables fill the client in: role and name, in order.
    pub environment: Vec<(String, String)>,
    /// Where the API is served.
    pub servers: Vec<Server>,
    /// How calls are authorised.
    pub security: Security,
    /// The groups of operations: one for each tag, in order.
    pub groups: Vec<Group>,
    /// The types, by the name of their schema.
    pub types: BTreeMap<TypeId, TypeDef>,
    /// Where the client is weaker than the document.
    pub fallbacks: Vec<Problem>,
    /// Whether nobody normalised the document. Then what is an error in our own documents has a fallback.
    pub foreign: bool,
}

/// Which members of a reply carry the outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The members that may hold the code.
    pub code: Vec<String>,
    /// The members that may hold the message.
    pub message: Vec<String>,
    /// The member that holds the payload.
    pub data: Option<String>,
    /// The members that may hold the id of the request.
    pub request_id: Vec<String>,
    /// The header that holds the id of the request.
    pub trace_header: Option<String>,
    /// Whether a success also needs a code of 0.
    pub needs_zero: bool,
}

/// A code of refusals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The code on the wire.
    pub key: CodeKey,
    /// Its name, in snake case.
    pub name: String,
    /// Its kind, one of the list in `specs/README.md`.
    pub kind: String,
    /// What it means.
    pub docs: String,
    /// Where it was written.
    pub origin: Pointer,
}

/// A code on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeKey {
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
    /// Every text that begins like this.
    Prefix(String),
}

/// A header that says when to come back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryAfter {
    /// The name of the header.
    pub header: String,
    /// Whether it counts milliseconds instead of seconds.
    pub millis: bool,
}

/// A place where the API is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// The constructor of the client, if not the default one.
    pub name: Option<String>,
    /// The URL, with variables in braces.
    pub url: String,
    /// The variables, each with its default and what it means.
    pub variables: Vec<(String, String, String)>,
    /// What it is.
    pub docs: String,
}

/// How calls are authorised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Security {
    /// Not at all.
    None,
    /// A bearer token.
    Bearer,
    /// A key in this header.
    Header(String),
    /// A key in this query parameter.
    Query(String),
    /// A key in this cookie.
    Cookie(String),
    /// The name of a user and a password.
    Basic,
    /// A signature, by the name of its scheme.
    Signature(String),
}

/// The operations of one tag.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The tag.
    pub name: String,
    /// What it is about.
    pub docs: String,
    /// Its operations, in order.
    pub operations: Vec<Operation>,
    /// Where its name stands; that of its first operation if it has none.
    pub origin: Pointer,
}

/// One operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// Its operationId.
    pub id: String,
    /// The name in Rust, where the spec decides it.
    pub rust_name: Option<String>,
    /// Where it is.
    pub origin: Pointer,
    /// Its summary.
    pub summary: String,
    /// Its description.
    pub docs: String,
    /// Its method, in upper case.
    pub method: String,
    /// Its path, cut at the parameters.
    pub path: Vec<Segment>,
    /// Whether it may be repeated.
    pub retry: Retry,
    /// Its published limit, in calls per second.
    pub rate_limit: Option<u32>,
    /// Its parameters in the path, query and headers, in order.
    pub params: Vec<Param>,
    /// What it sends.
    pub body: Option<Body>,
    /// Whether it may also be called without a body.
    pub bodiless: bool,
    /// What the JSON that it sends is called, if not `application/json`.
    pub json_type: Option<String>,
    /// What it receives on success.
    pub reply: Reply,
    /// The stream that it can answer with.
    pub events: Option<Events>,
    /// How its pages follow each other.
    pub paging: Option<Paging>,
    /// Where the client is weaker here than the document.
    pub losses: Vec<Problem>,
}

/// A piece of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Text as it is.
    Literal(String),
    /// The value of the parameter of this name.
    Param(String),
}

/// Whether an operation may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Repeating is harmless.
    Safe,
    /// It may only be repeated if it was certainly not carried out.
    Never,
}

/// A parameter of an operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its name on the wire.
    pub wire: String,
    /// The name in Rust, where the spec decides it.
    pub rust_name: Option<String>,
    /// Where it is declared.
    pub origin: Pointer,
    /// Where it goes.
    pub location: Location,
    /// Who gives the value.
    pub source: Source,
    /// What it is.
    pub docs: String,
    /// Whether a value must be given.
    pub required: bool,
    /// The type of the value.
    pub ty: Ty,
    /// What the value must satisfy.
    pub bounds: Bounds,
    /// For a list: one `name=value` for each item instead of a comma-separated text.
    pub explode: bool,
    /// The style in which it is written, where it is more than a text or a list of texts in the usual style.
    pub style: Option<Style>,
    /// Whether it is hidden in output.
    pub secret: bool,
    /// Where the client is weaker here than the document.
    pub losses: Vec<Problem>,
}

/// How a parameter is written that is more than a text or a list of texts, by the names of OpenAPI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `form`.
    Form,
    /// `spaceDelimited`.
    Space,
    /// `pipeDelimited`.
    Pipe,
    /// `deepObject`.
    Deep,
    /// `simple`.
    Simple,
    /// `label`.
    Label,
    /// `matrix`.
    Matrix,
    /// As JSON.
    Json,
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Location {
    /// Into the path.
    Path,
    /// Into the query.
    Query,
    /// Into a header.
    Header,
    /// Into a cookie.
    Cookie,
}

/// Who gives the value of a parameter or field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The caller.
    Caller,
    /// The client, from this setting of its own, unless the caller overrides it.
    Client(String),
    /// Nobody: it is always this.
    Constant(String),
    /// Nobody: the type of what this sibling holds, a text of JSON, says it.
    Selector(String),
}

/// What an operation sends.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// JSON of this type.
    Json(TypeId),
    /// A form of parts, whose fields are those of this type.
    Multipart(TypeId),
    /// A form of pairs, whose fields are those of this type.
    Form(TypeId),
    /// JSON of this type, which is no object with members.
    Whole(Ty),
    /// Bytes of this media type.
    Raw(String),
}

impl Body {
    /// The object whose members are sent, if it is one.
    #[must_use]
    pub fn object(&self) -> Option<&TypeId> {
        match self {
            Self::Json(id) | Self::Multipart(id) | Self::Form(id) => Some(id),
            Self::Whole(_) | Self::Raw(_) => None,
        }
    }
}

/// What an operation receives on success.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// Nothing to read.
    Nothing,
    /// A value of this type: the payload of the envelope, or the whole body where there is none.
    Value(Ty),
    /// Bytes, or text that is not JSON.
    Raw,
}

/// The stream that an operation can answer with.
#[derive(Clone, Debug, PartialEq)]
pub struct Events {
    /// The body member that asks for it.
    pub flag: String,
    /// The event that names the run.
    pub first: String,
    /// The last event.
    pub end: String,
    /// What the last event says when all went well.
    pub ok: String,
    /// The event that reports a failure.
    pub error: Option<String>,
    /// The JSON around every payload.
    pub frame: TypeId,
    /// Where the payload is inside the frame.
    pub payload: Pointer,
    /// The events, in order.
    pub table: Vec<Event>,
}

/// One event of a stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its name on the wire.
    pub wire: String,
    /// Other names of the same event.
    pub aliases: Vec<String>,
    /// What it says.
    pub docs: String,
    /// The type of its payload; `None` for raw text.
    pub payload: Option<TypeId>,
}

/// How pages follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paging {
    /// The parameter that is the number of the page.
    pub page: String,
    /// The parameter that is the size of a page.
    pub size: String,
    /// The member of the payload that holds the items.
    pub items: String,
    /// The member of the payload that counts all items.
    pub total: String,
}
