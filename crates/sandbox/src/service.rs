//! A request -> a response: read, route, authorise, check, carry out, fail on purpose, remember.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::HeaderName;
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};

use crate::auth::{self, Signed};
use crate::call::{Call, Outcome};
use crate::fault::{self, Fault, content, instead, wire};
use crate::log::Received;
use crate::refusal::Refusal;
use crate::reply::{Reply, Script};
use crate::spec::check::Check;
use crate::spec::route::Route;
use crate::spec::{Api, Operation, Texts};
use crate::state::State;
use crate::store::Project;
use crate::{api, downloads};

/// What is sent, and the faults in how it is sent.
struct Finished {
    reply: Reply,
    faults: Vec<Fault>,
}

/// A request whose body was read.
struct Whole {
    head: Parts,
    body: Bytes,
    /// The path without the `/app` that the paths of MAXIR AI begin with.
    path: String,
    /// The id of the request.
    id: String,
}

/// Answers one request. It never fails; what goes wrong is a response.
pub(crate) async fn serve(state: Arc<State>, request: Request<Incoming>) -> Result<Response<Script>, Infallible> {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    let path = path.strip_prefix("/app").filter(|path| path.starts_with("/api/v2/")).map_or(path.clone(), str::to_owned);
    let id = state.ids.uuid();
    let body = match read(&state, body).await {
        Ok(body) => body,
        Err(refusal) => {
            let (api, _) = Refusal::unknown_path(&path);
            let finished = Finished { reply: identified(refusal.reply(api, &host(&state), &id), api, &id), faults: Vec::new() };
            return send(&state, finished).await;
        }
    };
    let whole = Whole { head, body, path, id };
    let number = remember(&state, &whole);
    let finished = answer(&state, whole).await;
    state.log.answered(number, finished.reply.status.as_u16());
    send(&state, finished).await
}

/// Reads a body of bounded size in bounded time.
async fn read(state: &State, body: Incoming) -> Result<Bytes, Refusal> {
    let limited = Limited::new(body, state.config.limits.body);
    match tokio::time::timeout(state.config.delays.body, limited.collect()).await {
        Err(_) => Err(Refusal::new(300_001, "the body took too long to arrive").status(StatusCode::REQUEST_TIMEOUT)),
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let message = format!("the body is larger than {} bytes", state.config.limits.body);
            Err(Refusal::new(300_001, message).status(StatusCode::PAYLOAD_TOO_LARGE))
        }
        Ok(Err(error)) => Err(Refusal::new(300_001, format!("the body did not arrive whole: {error}"))),
    }
}

fn remember(state: &State, whole: &Whole) -> u64 {
    let operation = match state.specs.route(&whole.head.method, &whole.path) {
        Route::Found(operation, _) => Some(operation),
        _ => None,
    };
    let schema = operation.and_then(|operation| operation.body.as_ref().filter(|body| !body.multipart)).map(|body| &body.schema);
    let document = operation.and_then(|operation| state.specs.document(operation.api));
    state.log.add(Received {
        method: whole.head.method.to_string(),
        path: whole.head.uri.path().to_owned(),
        query: whole.head.uri.query().unwrap_or_default().to_owned(),
        headers: state.log.headers(&whole.head.headers),
        body: document.zip(schema).map_or_else(|| whole.body.clone(), |(document, schema)| state.log.body(document, schema, &whole.body)),
        operation: operation.map(Operation::name),
        status: 0,
    })
}

async fn answer(state: &Arc<State>, whole: Whole) -> Finished {
    if whole.path.starts_with("/files/") {
        return downloads(state, &whole).await;
    }
    let refused = |api: Api, refusal: &Refusal| identified(refusal.reply(api, &host(state), &whole.id), api, &whole.id);
    match state.specs.route(&whole.head.method, &whole.path) {
        Route::Found(operation, values) => operate(state, &whole, operation, &values).await,
        Route::Method(methods) => {
            let names: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
            let (api, _) = Refusal::unknown_path(&whole.path);
            Finished { reply: refused(api, &Refusal::method(api, &names.join(", "))), faults: Vec::new() }
        }
        Route::Unknown => {
            let (api, refusal) = Refusal::unknown_path(&whole.path);
            Finished { reply: refused(api, &refusal), faults: Vec::new() }
        }
    }
}

/// The links to files take the same faults as operations, as far as those make sense there.
async fn downloads(state: &Arc<State>, whole: &Whole) -> Finished {
    let files = |found: Vec<Fault>| match found.iter().find(|fault| fault.is_content()) {
        Some(fault) => Err(wrong_fault(Api::V2, &format!("the fault `{}` needs a reply of an operation", fault.name()))),
        None => Ok(found),
    };
    let faults = match faults(state, whole, "files").and_then(files) {
        Ok(faults) => faults,
        Err(refusal) => return Finished { reply: refusal.reply(Api::V2, &host(state), &whole.id), faults: Vec::new() },
    };
    if let Some(reply) = faults.iter().find_map(|fault| instead::reply(fault, Api::V2, &host(state), &whole.id)) {
        return Finished { reply, faults };
    }
    let query = whole.head.uri.query().unwrap_or_default();
    let reply = downloads::serve(state, &whole.head.method, &whole.path, query, &whole.body).await;
    Finished { reply, faults }
}

async fn operate(state: &Arc<State>, whole: &Whole, operation: &'static Operation, values: &Texts) -> Finished {
    let (api, host) = (operation.api, host(state));
    let faults = match faults(state, whole, &operation.name()) {
        Ok(faults) => faults,
        Err(refusal) => return Finished { reply: identified(refusal.reply(api, &host, &whole.id), api, &whole.id), faults: Vec::new() },
    };
    if let Some(reply) = faults.iter().find_map(|fault| instead::reply(fault, api, &host, &whole.id)) {
        return Finished { reply: identified(reply, api, &whole.id), faults };
    }
    let reply = match carry_out(state, whole, operation, values).await {
        Ok(mut reply) => {
            let document = state.specs.document(api);
            let changed = faults
                .iter()
                .try_for_each(|fault| document.map_or(Ok(()), |document| content::change(fault, document, operation, &mut reply.content)));
            match changed {
                Ok(()) => reply,
                Err(message) => wrong_fault(api, &message).reply(api, &host, &whole.id),
            }
        }
        Err(refusal) => refusal.reply(api, &host, &whole.id),
    };
    Finished { reply: identified(reply, api, &whole.id), faults }
}

/// The faults that the request asks for, and those that were asked for by rules.
fn faults(state: &State, whole: &Whole, operation: &str) -> Result<Vec<Fault>, Refusal> {
    let (api, _) = Refusal::unknown_path(&whole.path);
    let header = whole.head.headers.get("x-sandbox-fault").map(|value| value.to_str());
    let text = header.transpose().map_err(|_| wrong_fault(api, "the value is no text"))?.unwrap_or_default();
    let mut faults = Fault::list(text).map_err(|message| wrong_fault(api, &message))?;
    faults.extend(state.faults(operation));
    fault::together(&faults).map_err(|message| wrong_fault(api, &message))?;
    Ok(faults)
}

fn wrong_fault(api: Api, message: &str) -> Refusal {
    let message = format!("/headers/x-sandbox-fault: {message}");
    match api {
        Api::V1 => Refusal::new(100, message),
        Api::V2 => Refusal::new(300_001, message),
        Api::Pai => Refusal::pai("InvalidParameter", 400, message),
    }
}

async fn carry_out(state: &Arc<State>, whole: &Whole, operation: &'static Operation, values: &Texts) -> Result<Reply, Refusal> {
    let api = operation.api;
    let internal = |message: &str| match api {
        Api::Pai => Refusal::pai("InternalError", 500, message),
        _ => Refusal::new(9999, message),
    };
    let query = whole.head.uri.query();
    let signed = Signed {
        method: whole.head.method.as_str(),
        path: whole.head.uri.path(),
        query: query.unwrap_or_default(),
        headers: &whole.head.headers,
        body: &whole.body,
    };
    let key = auth::key(state, api, &signed)?;
    if !state.within_rate(&key) {
        return Err(instead::rate_limited(api, 1));
    }
    let document = state.specs.document(api).ok_or_else(|| internal("the document is missing"))?;
    let check = Check { document, operation, strict: state.config.strict };
    let values = check
        .request(values, query, &whole.head.headers, &whole.body)
        .map_err(|violations| Refusal::violations(api, &operation.id, &violations))?;
    let handler = api::handler(api, &operation.id).ok_or_else(|| internal("the operation is missing"))?;
    let project = Project { api, key };
    let call = Call { state: Arc::clone(state), project, values, now: state.clock.now(), request: whole.id.clone() };
    match handler(&call)? {
        Outcome::Data(data) => Ok(Outcome::reply(data, api, state.captured(), &whole.id)),
        Outcome::Work(work) => tokio::task::spawn_blocking(work).await.map_err(|_| internal("the work has failed"))?,
    }
}

/// Every reply says under which id the server knows the call.
fn identified(reply: Reply, api: Api, id: &str) -> Reply {
    let name = if api == Api::Pai { "x-acs-request-id" } else { "x-pd-trace-id" };
    reply.header(HeaderName::from_static(name), id)
}

fn host(state: &State) -> String {
    state.url.trim_start_matches("http://").to_owned()
}

async fn send(state: &State, finished: Finished) -> Result<Response<Script>, Infallible> {
    let Finished { reply, faults } = finished;
    let sending = wire::send(reply.content, state.config.delays.event, &faults);
    if !sending.delay.is_zero() {
        tokio::time::sleep(sending.delay).await;
    }
    Script::new(sending.pieces, sending.length).response(reply.status, reply.headers)
}

impl Operation {
    /// `powerdrill-v2#create_job`.
    pub(crate) fn name(&self) -> String {
        format!("{}#{}", self.api.document(), self.id)
    }
}
