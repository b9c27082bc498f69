//! Several ways of authorisation -> the one that the client uses, and a note of the others.

use std::collections::BTreeMap;

use apispec::Pointer;
use openapiv3::{APIKeyLocation, OpenAPI, ReferenceOr, SecurityScheme};

use super::Context;
use crate::ir::Security;

/// The least rank of what needs some work by hand.
const BY_HAND: usize = 5;

/// What a scheme is for a client: how well it is supported, what it becomes, and what its user has to know.
type Way = (usize, Security, Option<&'static str>);

/// Chooses the way that the document as a whole asks for, or else most of its operations; of several, the one that is known best.
pub(super) fn chosen(context: &mut Context<'_>, model: &OpenAPI) -> Security {
    let place = Pointer::root().child("components").child("securitySchemes");
    let mut asked: BTreeMap<&String, usize> = BTreeMap::new();
    let overall = model.security.iter().flatten().flat_map(|requirement| requirement.keys());
    let own = model.operations().filter_map(|(_, _, operation)| operation.security.as_ref());
    let own = own.flatten().flat_map(|requirement| requirement.keys());
    for (name, weight) in overall.map(|name| (name, 1000)).chain(own.map(|name| (name, 1))) {
        *asked.entry(name).or_default() += weight;
    }
    let ways = asked.iter().filter_map(|(&name, weight)| {
        let (rank, security, note) = way(context.components.security_schemes.get(name)?)?;
        Some(((rank >= BY_HAND, std::cmp::Reverse(*weight), rank), name.clone(), security, note))
    });
    let mut ways: Vec<_> = ways.collect();
    ways.sort_by(|left, right| (left.0, &left.1).cmp(&(right.0, &right.1)));
    let Some((_, name, security, note)) = ways.into_iter().next() else {
        if !asked.is_empty() {
            context.problem(
                "unkept",
                &place,
                "no way of authorisation can be used",
                "give what is needed to the client, with `.with(|builder| builder.header(name, value))`",
            );
        }
        return Security::None;
    };
    if asked.len() > 1 {
        let message = format!("of {} ways of authorisation, `{name}` is used", asked.len());
        context.problem(
            "unkept",
            &place,
            message,
            "if another is needed, give it to the client, with `.with(|builder| builder.header(name, value))`",
        );
    }
    if let Some(note) = note {
        context.problem("unkept", &place.child(&name), format!("`{name}` is used by hand: {note}"), "nothing has to be done");
    }
    security
}

fn way(scheme: &ReferenceOr<SecurityScheme>) -> Option<Way> {
    let ReferenceOr::Item(scheme) = scheme else { return None };
    match scheme {
        SecurityScheme::HTTP { scheme, .. } if scheme.eq_ignore_ascii_case("bearer") => Some((0, Security::Bearer, None)),
        SecurityScheme::HTTP { scheme, .. } if scheme.eq_ignore_ascii_case("basic") => Some((2, Security::Basic, None)),
        SecurityScheme::HTTP { .. } => {
            Some((BY_HAND, Security::Header("authorization".to_owned()), Some("the key is the whole value of the header `Authorization`")))
        }
        SecurityScheme::APIKey { location: APIKeyLocation::Header, name, .. } => {
            is_token(name).then(|| (1, Security::Header(name.clone()), None))
        }
        SecurityScheme::APIKey { location: APIKeyLocation::Query, name, .. } => Some((3, Security::Query(name.clone()), None)),
        SecurityScheme::APIKey { location: APIKeyLocation::Cookie, name, .. } => {
            is_token(name).then(|| (4, Security::Cookie(name.clone()), None))
        }
        SecurityScheme::OAuth2 { .. } | SecurityScheme::OpenIDConnect { .. } => None,
    }
}

/// Whether a header or a cookie can be called so.
fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|sign| sign.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&sign))
}
