//! What travels: the types of a client, what each is made of, and what holds for their values.

use apispec::{Pointer, Problem};

use super::Source;

/// The name of a schema. It is the identity of a type; what the type is called in Rust is decided later.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub String);

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
