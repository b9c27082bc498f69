//! The intermediate representation: what a client offers, decided, without a token of Rust and without `openapiv3`.
//!
//! `lower` fills it from a document, the passes change it, names are decided over it, and the emitters only print it. It is plain data in
//! the order of the document; every item knows the place it came from, so that any later problem can name it.
//!
//! Length: it is one contract, read from top to bottom by whoever writes a pass or an emitter.

use std::collections::BTreeMap;

use apispec::{Pointer, Problem};

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

/// The name of a schema. It is the identity of a type; what the type is called in Rust is decided later.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub String);

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

/// What a value must satisfy before it is sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bounds {
    /// The least and the greatest number.
    pub range: (Option<i64>, Option<i64>),
    /// The least and the greatest length of a text or list.
    pub length: (Option<u64>, Option<u64>),
}

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ty {
    /// Text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number.
    Int,
    /// A number.
    Float,
    /// A time, kept as its text.
    Time,
    /// Bytes of a file.
    File,
    /// Any JSON.
    Json,
    /// A named type.
    Named(TypeId),
    /// A list.
    List(Box<Ty>),
    /// A map from text.
    Map(Box<Ty>),
    /// A named type behind a pointer, because it contains itself.
    Boxed(Box<Ty>),
    /// A list that travels as one text, separated by commas.
    CommaList,
    /// Text that holds JSON of this type.
    JsonText(TypeId),
    /// Text that holds JSON of a type that a sibling selects.
    JsonTextBy {
        /// The sibling.
        by: String,
        /// The union of the types, whose shape is [`Union::InText`].
        union: TypeId,
    },
}

/// A named type.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeDef {
    /// Its identity.
    pub id: TypeId,
    /// The name in Rust, where the spec decides it.
    pub rust_name: Option<String>,
    /// Where it was written.
    pub origin: Pointer,
    /// What it is.
    pub docs: String,
    /// What it is made of.
    pub shape: Shape,
    /// Whether it is sent, received or both.
    pub usage: Usage,
    /// Where the client is weaker here than the document.
    pub losses: Vec<Problem>,
}

/// Which way a type travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// It is part of a request.
    pub sent: bool,
    /// It is part of a reply.
    pub received: bool,
}

/// What a type is made of.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Members with names.
    Struct(Struct),
    /// Members with names, beside a tag and a content that the tag tells apart.
    Framed(Framed),
    /// One of several texts.
    Enum(Vec<Value>),
    /// One of several types.
    Union(Union),
    /// A text that identifies something.
    Id,
    /// Another name for this.
    Alias(Ty),
}

/// Members with names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Struct {
    /// The members, in order.
    pub fields: Vec<Field>,
    /// The type of further members, if any may be there.
    pub extra: Option<Ty>,
    /// Which of several members must be there.
    pub choices: Vec<Choice>,
}

/// Members with names, beside a tag and a content that the tag tells apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Framed {
    /// The members that every variant has, without the tag and the content.
    pub fields: Vec<Field>,
    /// The member that tells the variants apart.
    pub tag: String,
    /// The member that holds the content; it must be there, under every known tag.
    pub content: String,
    /// What the content is said to be.
    pub docs: String,
    /// The union of the contents, whose shape is [`Union::Contents`].
    pub contents: TypeId,
}

/// Which of several members must be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The members of each alternative.
    pub alternatives: Vec<Vec<String>>,
    /// Exactly one, or at least one.
    pub exactly_one: bool,
}

/// A member.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name on the wire.
    pub wire: String,
    /// The name in Rust, where the spec decides it.
    pub rust_name: Option<String>,
    /// Where it was written.
    pub origin: Pointer,
    /// Other names that are read.
    pub aliases: Vec<String>,
    /// What it is.
    pub docs: String,
    /// Its type.
    pub ty: Ty,
    /// Whether it may be missing, null, or both.
    pub presence: Presence,
    /// Who gives its value.
    pub source: Source,
    /// What it must satisfy.
    pub bounds: Bounds,
    /// Which other JSON types are read.
    pub accepts: Vec<Accept>,
    /// Whether it is hidden in output.
    pub secret: bool,
    /// Where the client is weaker here than the document.
    pub losses: Vec<Problem>,
}

/// Whether a member may be missing, null, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It is there and not null.
    Required,
    /// It is there and may be null.
    Nullable,
    /// It may be missing.
    Optional,
    /// It may be missing, and it may be null.
    OptionalNullable,
}

/// A JSON type that is read in place of the declared one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accept {
    /// A number in place of a text, or in an object of one member in place of a number.
    Integer,
    /// A text.
    Text,
    /// An object.
    Object,
    /// One value in place of a list.
    Single,
}

/// One of several texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// The text on the wire.
    pub wire: String,
    /// Other texts that are read as this one.
    pub aliases: Vec<String>,
    /// What it means.
    pub docs: String,
    /// The name in Rust, where the spec decides it.
    pub rust_name: Option<String>,
}

/// One of several types.
#[derive(Clone, Debug, PartialEq)]
pub enum Union {
    /// Objects that a member tells apart.
    Tagged {
        /// The member.
        tag: String,
        /// The variants.
        variants: Vec<Variant>,
    },
    /// An object, or a text that stands for one of its members.
    Shorthand {
        /// The object.
        object: TypeId,
        /// The member.
        member: String,
    },
    /// What the content of a [`Framed`] may be: it is told apart by the tag beside it.
    Contents {
        /// The variants.
        variants: Vec<Content>,
    },
    /// Types of which nothing says yet how to tell them apart. There are none after the passes.
    Untagged {
        /// The variants.
        variants: Vec<Ty>,
    },
    /// Types that are told apart by their JSON type, their members or the texts of their members.
    Recognised {
        /// The variants, in the order in which they are tried.
        variants: Vec<Recognised>,
    },
    /// Types of which one is the JSON inside a text: which one, a sibling of the text says.
    InText {
        /// The variants, by the values of the sibling.
        variants: Vec<Variant>,
        /// Whether the text is hidden in output.
        secret: bool,
        /// Whether a value also says what its sibling is where the two are sent.
        selects: bool,
    },
}

/// A variant that is recognised by what is there.
#[derive(Clone, Debug, PartialEq)]
pub struct Recognised {
    /// Its type.
    pub ty: Ty,
    /// What it means.
    pub docs: String,
    /// What it is recognised by.
    pub mark: Mark,
}

/// What a variant is recognised by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It is a text.
    Text,
    /// It is `true` or `false`.
    Flag,
    /// It is a number without a fraction.
    Integer,
    /// It is a number.
    Number,
    /// It is a list.
    List,
    /// It is an object.
    Object,
    /// It is an object with certain members.
    Members {
        /// Those that are there.
        required: Vec<String>,
        /// Those that have a certain text.
        texts: Vec<(String, String)>,
    },
}

/// A variant of a tagged union.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// The tag on the wire.
    pub wire: String,
    /// Other tags that are read as this one.
    pub aliases: Vec<String>,
    /// What it means.
    pub docs: String,
    /// The object.
    pub object: TypeId,
}

/// One content of a [`Framed`].
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    /// The tag on the wire.
    pub wire: String,
    /// Other tags that are read as this one.
    pub aliases: Vec<String>,
    /// What it means.
    pub docs: String,
    /// The type of the content.
    pub ty: Ty,
    /// Whether it is hidden in output.
    pub secret: bool,
}
