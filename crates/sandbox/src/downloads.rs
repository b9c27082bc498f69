//! The links to files: what was uploaded and what answers have made is fetched with GET, parts of uploads are sent with PUT.
//!
//! Errors are what an object store says, in XML, because such links do not lead to the API.

use std::sync::Arc;

use bytes::Bytes;
use hyper::header::{CONTENT_DISPOSITION, ETAG, HeaderName};
use hyper::{Method, StatusCode};

use crate::reply::Reply;
use crate::state::State;
use crate::store::files::{Dead, Kind, Link, etag_of};
use crate::store::sources::extension;

pub(crate) async fn serve(state: &Arc<State>, method: &Method, path: &str, query: &str, body: &Bytes) -> Reply {
    let link = match state.follow(path, query) {
        Ok(link) => link,
        Err(Dead::Unknown) => return error(StatusCode::NOT_FOUND, "NoSuchKey", "There is no such file."),
        Err(Dead::Forged) => return error(StatusCode::FORBIDDEN, "SignatureDoesNotMatch", "The link was changed."),
        Err(Dead::Expired) => return error(StatusCode::FORBIDDEN, "AccessDenied", "Request has expired"),
    };
    let wanted = if link.kind == Kind::Part { Method::PUT } else { Method::GET };
    if *method != wanted {
        let message = format!("This link works with {wanted} only.");
        return error(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", &message).header(hyper::header::ALLOW, wanted.as_str());
    }
    match link.kind {
        Kind::Part => receive(state, &link, body),
        Kind::Source => {
            let content = state.store().sources.get(&link.id).and_then(|source| source.content.clone());
            content.map_or_else(missing, |content| file(&link, content))
        }
        Kind::Table | Kind::Image | Kind::Data => {
            let job = state.store().jobs.get(&link.id).cloned();
            let Some(job) = job else { return missing() };
            let kind = link.kind;
            let name = link.name.clone();
            // Charts are drawn when somebody looks at them, and that takes a while.
            let made = tokio::task::spawn_blocking(move || job.answer.file(kind, &name)).await;
            made.ok().flatten().map_or_else(missing, |content| file(&link, content))
        }
    }
}

fn receive(state: &State, link: &Link, body: &Bytes) -> Reply {
    let mut store = state.store();
    let at = link.name.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let Some((upload, at)) = store.uploads.get_mut(&link.id).zip(at) else { return missing() };
    if upload.sizes.get(at).copied() != u64::try_from(body.len()).ok() {
        let expected = upload.sizes.get(at).copied().unwrap_or_default();
        let message = format!("The part has {} bytes in place of {expected}.", body.len());
        return error(StatusCode::BAD_REQUEST, "IncompleteBody", &message);
    }
    upload.parts.insert(at, body.clone());
    Reply::bytes(StatusCode::OK, "application/xml", "").header(ETAG, &format!("\"{}\"", etag_of(body)))
}

fn file(link: &Link, content: Bytes) -> Reply {
    let media = match extension(&link.name).as_str() {
        "csv" => "text/csv; charset=utf-8",
        "tsv" => "text/tab-separated-values; charset=utf-8",
        "png" => "image/png",
        "json" => "application/json",
        "md" | "mdx" | "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
    let safe: String =
        link.name.chars().map(|character| if character.is_ascii_graphic() && character != '"' { character } else { '_' }).collect();
    Reply::bytes(StatusCode::OK, media, content)
        .header(CONTENT_DISPOSITION, &format!("attachment; filename=\"{safe}\""))
        // A page that was uploaded must not become a page of this host.
        .header(HeaderName::from_static("x-content-type-options"), "nosniff")
}

fn missing() -> Reply {
    error(StatusCode::NOT_FOUND, "NoSuchKey", "The file is gone.")
}

fn error(status: StatusCode, code: &str, message: &str) -> Reply {
    let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>\n");
    Reply::bytes(status, "application/xml", body)
}
