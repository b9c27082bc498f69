//! Uploads of the team API.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::call::{Answered, Call, Outcome};
use crate::refusal::Refusal;
use crate::store::files::{Kind, Upload};
use crate::store::sources::{extension, is_supported};

/// The key of a new file, after the name that it was uploaded under.
fn key(call: &Call, name: &str) -> Result<String, Refusal> {
    let extension = extension(name);
    if !is_supported(&extension) {
        return Err(Refusal::new(300_004, format!("invalid file extension: `{extension}` is not supported")));
    }
    // Nothing of the name but its extension gets into the key, so that no path can be smuggled in.
    Ok(format!("temp/{}.{extension}", call.id("file")))
}

pub(super) fn upload(call: &Call) -> Answered {
    let part = call.values.form.iter().find(|part| part.name == "file");
    let part = part.ok_or_else(|| Refusal::new(300_001, "invalid parameters: /body/file: required"))?;
    let key = key(call, part.file_name.as_deref().unwrap_or_default())?;
    if part.data.is_empty() {
        return Err(Refusal::new(300_005, "empty file"));
    }
    // The part shares the buffer of the form, in which there may be much more than is counted.
    let content = bytes::Bytes::copy_from_slice(&part.data);
    call.state.store().keep(&call.project, &key, content, call.state.config.limits.storage)?;
    Ok(Outcome::Data(json!({ "file_object_key": key })))
}

pub(super) fn begin(call: &Call) -> Answered {
    let key = key(call, call.text("file_name"))?;
    let limits = &call.state.config.limits;
    let size = call.body("file_size").as_u64().unwrap_or_default();
    if size > limits.storage {
        return Err(Refusal::new(300_006, "insufficient storage: the file is larger than the workspace"));
    }
    let part = limits.part.max(1);
    let sizes: Vec<u64> = (0..size.div_ceil(part)).map(|at| part.min(size - at * part)).collect();
    let id = call.id("upload");
    let expires = call.now.plus(Duration::from_secs(3600));
    let items: Vec<Value> = sizes
        .iter()
        .enumerate()
        .map(|(at, size)| {
            let number = at + 1;
            json!({ "number": number, "size": size, "upload_url": call.state.link(Kind::Part, &id, &number.to_string(), expires) })
        })
        .collect();
    let (project, user) = (call.project.clone(), call.user().to_owned());
    let upload = Upload { project, user, file: key.clone(), sizes, parts: BTreeMap::new(), begun: call.now };
    call.state.store().begin(id.clone(), upload);
    Ok(Outcome::Data(json!({ "upload_id": id, "file_object_key": key, "part_items": items })))
}

pub(super) fn complete(call: &Call) -> Answered {
    let id = call.text("upload_id");
    let mut store = call.state.store();
    let upload = store.uploads.get(id).filter(|upload| upload.project == call.project && upload.file == call.text("file_object_key"));
    let upload = upload.ok_or_else(|| Refusal::missing(call.api(), "upload"))?;
    if upload.user != call.user() {
        return Err(Refusal::new(300_002, "no permission: another user has begun the upload"));
    }
    let named = call.body("part_etags").as_array().into_iter().flatten();
    let named: Vec<(i64, &str)> =
        named.map(|part| (part["number"].as_i64().unwrap_or_default(), part["etag"].as_str().unwrap_or_default())).collect();
    let whole = upload.complete(&named).map_err(|message| Refusal::new(300_007, format!("file upload failed: {message}")))?;
    let key = upload.file.clone();
    store.keep(&call.project, &key, whole, call.state.config.limits.storage)?;
    store.uploads.shift_remove(id);
    Ok(Outcome::Data(json!({ "file_object_key": key })))
}
