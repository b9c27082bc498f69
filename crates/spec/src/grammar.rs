//! OpenAPI 3.0.3 as a table: which members each kind of object has, and what stands in them.
//!
//! The table is all that the rest of the crate knows of the shape of a document: the index walks along it, and what it does not
//! list is an unknown key.

/// The kinds of object that OpenAPI 3.0.3 defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are those of the specification")]
pub enum Kind {
    Document,
    Info,
    Contact,
    License,
    Server,
    ServerVariable,
    Tag,
    ExternalDocs,
    Paths,
    PathItem,
    Operation,
    Parameter,
    Header,
    RequestBody,
    MediaType,
    Encoding,
    Responses,
    Response,
    Example,
    Link,
    Callback,
    Components,
    Schema,
    Discriminator,
    Xml,
    SecurityScheme,
    OAuthFlows,
    OAuthFlow,
}

/// What stands in a member.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Text.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number that is not negative.
    Count,
    /// A number.
    Number,
    /// Anything.
    Any,
    /// A list of texts.
    Texts,
    /// A list of anything.
    Anys,
    /// A map from any key to text.
    TextMap,
    /// A map from any key to anything.
    AnyMap,
    /// An object of this kind, or a reference to one where [`Kind::is_referable`].
    One(Kind),
    /// A list of them.
    List(Kind),
    /// A map from any key to them.
    Map(Kind),
    /// `true`, `false` or a schema.
    FlagOrSchema,
    /// A list of maps from the name of a security scheme to a list of scopes.
    Security,
}

/// One member of an object.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Its name.
    pub name: &'static str,
    /// What stands in it.
    pub shape: Shape,
    /// Whether it must be there.
    pub required: bool,
}

const fn opt(name: &'static str, shape: Shape) -> Member {
    Member { name, shape, required: false }
}

const fn req(name: &'static str, shape: Shape) -> Member {
    Member { name, shape, required: true }
}

impl Kind {
    /// Whether `{$ref: ..}` may stand in place of such an object.
    #[must_use]
    pub fn is_referable(self) -> bool {
        use Kind::*;
        matches!(self, Schema | Parameter | Header | RequestBody | Response | Example | Link | Callback | SecurityScheme)
    }

    /// What stands under the keys that the author of the document chooses: paths, statuses, expressions.
    #[must_use]
    pub fn pattern(self) -> Option<Shape> {
        match self {
            Self::Paths | Self::Callback => Some(Shape::One(Self::PathItem)),
            Self::Responses => Some(Shape::One(Self::Response)),
            _ => None,
        }
    }

    /// The members with fixed names.
    #[must_use]
    pub fn members(self) -> &'static [Member] {
        use Shape::*;
        match self {
            Self::Document => {
                const {
                    &[
                        req("openapi", Text),
                        req("info", One(Self::Info)),
                        opt("servers", List(Self::Server)),
                        req("paths", One(Self::Paths)),
                        opt("components", One(Self::Components)),
                        opt("security", Security),
                        opt("tags", List(Self::Tag)),
                        opt("externalDocs", One(Self::ExternalDocs)),
                    ]
                }
            }
            Self::Info => {
                const {
                    &[
                        req("title", Text),
                        opt("description", Text),
                        opt("termsOfService", Text),
                        opt("contact", One(Self::Contact)),
                        opt("license", One(Self::License)),
                        req("version", Text),
                    ]
                }
            }
            Self::Contact => const { &[opt("name", Text), opt("url", Text), opt("email", Text)] },
            Self::License => const { &[req("name", Text), opt("url", Text)] },
            Self::Server => const { &[req("url", Text), opt("description", Text), opt("variables", Map(Self::ServerVariable))] },
            Self::ServerVariable => const { &[opt("enum", Texts), req("default", Text), opt("description", Text)] },
            Self::Tag => const { &[req("name", Text), opt("description", Text), opt("externalDocs", One(Self::ExternalDocs))] },
            Self::ExternalDocs => const { &[opt("description", Text), req("url", Text)] },
            Self::Paths | Self::Callback => &[],
            Self::PathItem => {
                const {
                    &[
                        opt("$ref", Text),
                        opt("summary", Text),
                        opt("description", Text),
                        opt("get", One(Self::Operation)),
                        opt("put", One(Self::Operation)),
                        opt("post", One(Self::Operation)),
                        opt("delete", One(Self::Operation)),
                        opt("options", One(Self::Operation)),
                        opt("head", One(Self::Operation)),
                        opt("patch", One(Self::Operation)),
                        opt("trace", One(Self::Operation)),
                        opt("servers", List(Self::Server)),
                        opt("parameters", List(Self::Parameter)),
                    ]
                }
            }
            Self::Operation => {
                const {
                    &[
                        opt("tags", Texts),
                        opt("summary", Text),
                        opt("description", Text),
                        opt("externalDocs", One(Self::ExternalDocs)),
                        opt("operationId", Text),
                        opt("parameters", List(Self::Parameter)),
                        opt("requestBody", One(Self::RequestBody)),
                        req("responses", One(Self::Responses)),
                        opt("callbacks", Map(Self::Callback)),
                        opt("deprecated", Flag),
                        opt("security", Security),
                        opt("servers", List(Self::Server)),
                    ]
                }
            }
            Self::Parameter => {
                const {
                    &[
                        req("name", Text),
                        req("in", Text),
                        opt("description", Text),
                        opt("required", Flag),
                        opt("deprecated", Flag),
                        opt("allowEmptyValue", Flag),
                        opt("style", Text),
                        opt("explode", Flag),
                        opt("allowReserved", Flag),
                        opt("schema", One(Self::Schema)),
                        opt("example", Any),
                        opt("examples", Map(Self::Example)),
                        opt("content", Map(Self::MediaType)),
                    ]
                }
            }
            Self::Header => {
                const {
                    &[
                        opt("description", Text),
                        opt("required", Flag),
                        opt("deprecated", Flag),
                        opt("allowEmptyValue", Flag),
                        opt("style", Text),
                        opt("explode", Flag),
                        opt("allowReserved", Flag),
                        opt("schema", One(Self::Schema)),
                        opt("example", Any),
                        opt("examples", Map(Self::Example)),
                        opt("content", Map(Self::MediaType)),
                    ]
                }
            }
            Self::RequestBody => const { &[opt("description", Text), req("content", Map(Self::MediaType)), opt("required", Flag)] },
            Self::MediaType => {
                const {
                    &[
                        opt("schema", One(Self::Schema)),
                        opt("example", Any),
                        opt("examples", Map(Self::Example)),
                        opt("encoding", Map(Self::Encoding)),
                    ]
                }
            }
            Self::Encoding => {
                const {
                    &[
                        opt("contentType", Text),
                        opt("headers", Map(Self::Header)),
                        opt("style", Text),
                        opt("explode", Flag),
                        opt("allowReserved", Flag),
                    ]
                }
            }
            Self::Responses => const { &[opt("default", One(Self::Response))] },
            Self::Response => {
                const {
                    &[
                        req("description", Text),
                        opt("headers", Map(Self::Header)),
                        opt("content", Map(Self::MediaType)),
                        opt("links", Map(Self::Link)),
                    ]
                }
            }
            Self::Example => const { &[opt("summary", Text), opt("description", Text), opt("value", Any), opt("externalValue", Text)] },
            Self::Link => {
                const {
                    &[
                        opt("operationRef", Text),
                        opt("operationId", Text),
                        opt("parameters", AnyMap),
                        opt("requestBody", Any),
                        opt("description", Text),
                        opt("server", One(Self::Server)),
                    ]
                }
            }
            Self::Components => {
                const {
                    &[
                        opt("schemas", Map(Self::Schema)),
                        opt("responses", Map(Self::Response)),
                        opt("parameters", Map(Self::Parameter)),
                        opt("examples", Map(Self::Example)),
                        opt("requestBodies", Map(Self::RequestBody)),
                        opt("headers", Map(Self::Header)),
                        opt("securitySchemes", Map(Self::SecurityScheme)),
                        opt("links", Map(Self::Link)),
                        opt("callbacks", Map(Self::Callback)),
                    ]
                }
            }
            Self::Schema => {
                const {
                    &[
                        opt("title", Text),
                        opt("multipleOf", Number),
                        opt("maximum", Number),
                        opt("exclusiveMaximum", Flag),
                        opt("minimum", Number),
                        opt("exclusiveMinimum", Flag),
                        opt("maxLength", Count),
                        opt("minLength", Count),
                        opt("pattern", Text),
                        opt("maxItems", Count),
                        opt("minItems", Count),
                        opt("uniqueItems", Flag),
                        opt("maxProperties", Count),
                        opt("minProperties", Count),
                        opt("required", Texts),
                        opt("enum", Anys),
                        opt("type", Text),
                        opt("allOf", List(Self::Schema)),
                        opt("oneOf", List(Self::Schema)),
                        opt("anyOf", List(Self::Schema)),
                        opt("not", One(Self::Schema)),
                        opt("items", One(Self::Schema)),
                        opt("properties", Map(Self::Schema)),
                        opt("additionalProperties", FlagOrSchema),
                        opt("description", Text),
                        opt("format", Text),
                        opt("default", Any),
                        opt("nullable", Flag),
                        opt("discriminator", One(Self::Discriminator)),
                        opt("readOnly", Flag),
                        opt("writeOnly", Flag),
                        opt("xml", One(Self::Xml)),
                        opt("externalDocs", One(Self::ExternalDocs)),
                        opt("example", Any),
                        opt("deprecated", Flag),
                    ]
                }
            }
            Self::Discriminator => const { &[req("propertyName", Text), opt("mapping", TextMap)] },
            Self::Xml => {
                const { &[opt("name", Text), opt("namespace", Text), opt("prefix", Text), opt("attribute", Flag), opt("wrapped", Flag)] }
            }
            Self::SecurityScheme => {
                const {
                    &[
                        req("type", Text),
                        opt("description", Text),
                        opt("name", Text),
                        opt("in", Text),
                        opt("scheme", Text),
                        opt("bearerFormat", Text),
                        opt("flows", One(Self::OAuthFlows)),
                        opt("openIdConnectUrl", Text),
                    ]
                }
            }
            Self::OAuthFlows => {
                const {
                    &[
                        opt("implicit", One(Self::OAuthFlow)),
                        opt("password", One(Self::OAuthFlow)),
                        opt("clientCredentials", One(Self::OAuthFlow)),
                        opt("authorizationCode", One(Self::OAuthFlow)),
                    ]
                }
            }
            Self::OAuthFlow => {
                const { &[opt("authorizationUrl", Text), opt("tokenUrl", Text), opt("refreshUrl", Text), req("scopes", TextMap)] }
            }
        }
    }
}

/// The methods that a path item may have, in the order in which OpenAPI names them.
pub const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
