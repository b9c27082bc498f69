//! Rule: an operation that anyone may call among operations that nobody may.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex_lite::Regex;
use serde_json::Value;

use crate::Pointer;
use crate::index::{Operation, texts};
use crate::lint::context::Context;
use crate::lint::words::words;
use crate::lint::{Check, Family, Findings, Rule};

/// An operation needs no authentication although nearly all others do.
pub(super) const MISSING_SECURITY: Rule = Rule {
    id: "missing-security",
    family: Family::Inconsistency,
    says: "an operation needs no authentication although nearly all others do",
    help: "give it the `security` of the others, or say in its description that it is public",
    check: Check::Each(missing_security),
};

/// Words of operations that are public by their nature: they come before authentication, or tell nothing.
const PUBLIC: &[&str] = &[
    "login",
    "logon",
    "signin",
    "signup",
    "register",
    "registration",
    "token",
    "tokens",
    "oauth",
    "oauth2",
    "oidc",
    "auth",
    "authenticate",
    "authentication",
    "authorize",
    "authorization",
    "sso",
    "saml",
    "password",
    "passwords",
    "forgot",
    "reset",
    "verify",
    "verification",
    "confirm",
    "confirmation",
    "activate",
    "activation",
    "invite",
    "invitation",
    "otp",
    "mfa",
    "captcha",
    "logout",
    "refresh",
    "session",
    "health",
    "healthz",
    "healthcheck",
    "livez",
    "readyz",
    "ready",
    "live",
    "liveness",
    "readiness",
    "ping",
    "heartbeat",
    "alive",
    "version",
    "versions",
    "webhook",
    "webhooks",
    "callback",
    "callbacks",
    "hook",
    "public",
    "anonymous",
    "guest",
    "openapi",
    "swagger",
    "docs",
    "jwks",
    "known",
    "unsubscribe",
    "robots",
    "metrics",
    "time",
    "unauthenticated",
    "certificate",
    "certificates",
    "keys",
];

/// What a description says of an operation that is public on purpose.
static SAYS_PUBLIC: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let pattern = r"(?is)\b(public(ly)?|unauthenticated|anonymous(ly)?)\b|(\bno|\bnot|n't|\bwithout)\b.{0,40}\b(auth|api[ -]key|token|credential|logged|log)";
    Regex::new(pattern).ok()
});

fn missing_security(context: &Context<'_>, findings: &mut Findings<'_>) {
    let everywhere = context.index.document().root().get("security");
    let operations = context.index.operations();
    let (secured, open): (Vec<_>, Vec<_>) =
        operations.iter().partition(|operation| is_secured(operation.value.get("security").or(everywhere)));
    // Four of five is "nearly all", and so is all but one of four; fewer is a mixture that somebody wants.
    let nearly_all = secured.len() >= 4 && secured.len() * 5 >= operations.len() * 4 || secured.len() == 3 && operations.len() == 4;
    if !nearly_all {
        return;
    }
    let guarded: HashSet<&str> = secured.iter().filter_map(|operation| resource(operation.path)).collect();
    for operation in open {
        let own = operation.value.get("security");
        // Lifting the document's security is deliberate, unless it opens one object that is otherwise guarded.
        let lifted = everywhere.is_some() && !resource(operation.path).is_some_and(|resource| guarded.contains(resource));
        let place = own.map_or_else(|| operation.pointer.clone(), |_| operation.pointer.child("security"));
        if lifted || is_public(operation) || context.is_settled(&place) {
            continue;
        }
        let how = if own.is_some() { "says that it needs no authentication" } else { "has no `security`" };
        let others = format!("{} of {} operations need authentication", secured.len(), operations.len());
        findings.add(&place, format!("`{}` {how}, although {others}", operation.name()));
    }
}

fn is_secured(security: Option<&Value>) -> bool {
    security.and_then(Value::as_array).is_some_and(|list| list.iter().any(|one| one.as_object().is_some_and(|one| !one.is_empty())))
}

/// The path up to its first parameter: `/datasets/{` of `/datasets/{id}/overview`.
fn resource(path: &str) -> Option<&str> {
    path.find('{').map(|end| &path[..=end])
}

fn is_public(operation: &Operation<'_>) -> bool {
    let text = |name: &str| operation.value.get(name).and_then(Value::as_str).unwrap_or_default();
    // The last word of an object's own path is what is done to it; the words before the object say whose it is.
    let names = operation.path.split('/').filter(|segment| !segment.starts_with('{')).chain([text("operationId")]);
    let named = names.chain(texts(operation.value, "tags")).flat_map(words).any(|word| PUBLIC.contains(&word.as_str()));
    let status =
        !operation.path.contains('{') && matches!(last_segment(&operation.pointer), Some(name) if name == "status" || name == "info");
    let said = SAYS_PUBLIC.as_ref().is_some_and(|pattern| ["summary", "description"].iter().any(|name| pattern.is_match(text(name))));
    named || status || operation.path == "/" || said
}

/// The last segment of the path of an operation.
fn last_segment(operation: &Pointer) -> Option<String> {
    operation.parent()?.last()?.rsplit('/').next().map(str::to_owned)
}
