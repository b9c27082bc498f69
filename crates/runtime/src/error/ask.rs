//! What a program asks about an error: may it be tried again, may it have been carried out, whose fault is it.
//!
//! A code that the API's table knows decides; the status counts only where there is none. Every kind is named in each answer, so that a
//! new one cannot be forgotten.

use super::{Delivery, Error, ErrorKind};
use crate::api::CodeKind;

impl Error {
    /// Whether the key is missing, wrong, expired, or does not allow this.
    #[must_use]
    pub fn is_auth(&self) -> bool {
        match self.code_kind() {
            Some(kind) => matches!(kind, CodeKind::Authentication | CodeKind::Permission),
            None => self.is_answer() && matches!(self.0.status, Some(401 | 403)),
        }
    }

    /// Whether what was named does not exist.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        match self.code_kind() {
            Some(kind) => kind == CodeKind::NotFound,
            None => self.is_answer() && self.0.status == Some(404),
        }
    }

    /// Whether too many requests were sent in a short time. The request was not carried out.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        !self.is_accepted()
            && match self.code_kind() {
                Some(kind) => kind == CodeKind::RateLimited,
                None => self.is_answer() && self.0.status == Some(429),
            }
    }

    /// Whether something is used up, so that waiting a little does not help.
    #[must_use]
    pub fn is_quota(&self) -> bool {
        self.code_kind() == Some(CodeKind::Quota)
    }

    /// Whether a timeout ended the call; [`ErrorKind::Timeout`] says which.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Timeout(_))
    }

    /// Whether the same request may succeed later. Sending it again is another question: see
    /// [`outcome_unknown`](Self::outcome_unknown).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match &self.0.kind {
            _ if self.is_lasting() || self.is_accepted() => false,
            ErrorKind::Connect | ErrorKind::Timeout(_) | ErrorKind::Transport | ErrorKind::StreamEnded => true,
            ErrorKind::Api | ErrorKind::Http => match self.code_kind() {
                Some(CodeKind::RateLimited | CodeKind::NotReady | CodeKind::Unavailable | CodeKind::Internal) => true,
                Some(CodeKind::Authentication | CodeKind::Permission | CodeKind::NotFound | CodeKind::InvalidRequest | CodeKind::Quota) => {
                    false
                }
                None => matches!(self.0.status, Some(408 | 429 | 500..=599)),
            },
            ErrorKind::Config
            | ErrorKind::InvalidRequest { .. }
            | ErrorKind::Redirect { .. }
            | ErrorKind::Decode { .. }
            | ErrorKind::TooLarge { .. }
            | ErrorKind::File { .. }
            | ErrorKind::RepeatedPage => false,
        }
    }

    /// Whether the server may have carried the request out although the call failed.
    ///
    /// Before such a request is sent again, look at what is there. It is `false` if nothing was sent, or if the server refused; a failure
    /// that comes inside of a stream is not a refusal, since the request had been taken.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        match (self.0.delivery, &self.0.kind) {
            _ if self.is_accepted() => true,
            (Delivery::NotSent, _) => false,
            (Delivery::Unknown, _) => true,
            // The server answered: with a refusal, or in a way that does not tell.
            (Delivery::Answered, ErrorKind::Api) => match self.code_kind() {
                Some(CodeKind::Unavailable | CodeKind::Internal) => true,
                Some(_) => false,
                None => !matches!(self.0.status, Some(200..=407 | 409..=499)),
            },
            // Only a redirect and a refusal say that nothing was done; a status that nobody has defined says nothing.
            (Delivery::Answered, ErrorKind::Http) => !matches!(self.0.status, Some(300..=302 | 304..=407 | 409..=499)),
            (Delivery::Answered, ErrorKind::Redirect { .. }) => self.0.status == Some(303),
            (Delivery::Answered, kind) => kind.usual_delivery() != Delivery::NotSent,
        }
    }

    /// Whether the status and the body are the server's word on this request.
    fn is_answer(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Api | ErrorKind::Http)
    }
}
