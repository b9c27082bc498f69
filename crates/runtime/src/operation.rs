//! What generated code says about one operation.

use std::fmt;

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// `GET`
    Get,
    /// `HEAD`
    Head,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
    /// `OPTIONS`
    Options,
    /// `TRACE`
    Trace,
}

impl Method {
    /// Gives the name as it is sent.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Trace => "TRACE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Whether an operation may be sent a second time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Retry {
    /// Carrying it out twice does harm, for example because it costs money. It is sent again only if nothing was sent, or if the
    /// API itself refused it because too many requests came in a short time.
    Never,
    /// Carrying it out twice is the same as once.
    Safe,
}

/// One operation of an API.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    pub(crate) name: &'static str,
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) retry: Retry,
}

impl Operation {
    /// Describes an operation; `path` has parameters such as `{session_id}`.
    #[must_use]
    pub const fn new(name: &'static str, method: Method, path: &'static str, retry: Retry) -> Self {
        Self { name, method, path, retry }
    }

    /// Gives the name, such as `create_session`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}
