//! Configs of dataset jobs.

use serde_json::{Value, json};

use crate::call::{Answered, Call, Outcome};
use crate::clock::Instant;
use crate::refusal::Refusal;
use crate::store::{Project, Store};

pub(crate) struct Config {
    project: Project,
    dataset: String,
    version: String,
    workspace: String,
    kind: String,
    text: String,
    created: Instant,
    modified: Instant,
}

impl Config {
    /// The members that a config has wherever it is told.
    fn shown(&self) -> Value {
        json!({
            "WorkspaceId": self.workspace,
            "ConfigType": self.kind,
            "Config": self.text,
            "CreateTime": self.created.whole(),
            "ModifyTime": self.modified.whole(),
        })
    }
}

fn find<'a>(call: &Call, store: &'a mut Store) -> Result<&'a mut Config, Refusal> {
    let (id, dataset) = (call.path("DatasetJobConfigId"), call.path("DatasetId"));
    let found = store.pai_configs.get_mut(id).filter(|config| config.project == call.project && config.dataset == dataset);
    let config = found.ok_or_else(|| Refusal::missing(call.api(), "dataset job config"))?;
    let given = call.query_text("WorkspaceId").or_else(|| call.body("WorkspaceId").as_str()).filter(|text| !text.is_empty());
    if given.is_some_and(|workspace| workspace != config.workspace) {
        return Err(Refusal::pai("100400008", 404, "workspace not found"));
    }
    Ok(config)
}

pub(super) fn create(call: &Call) -> Answered {
    let id = call.id("dscfg");
    let config = Config {
        project: call.project.clone(),
        dataset: call.path("DatasetId").to_owned(),
        version: call.body("DatasetVersion").as_str().unwrap_or("v1").to_owned(),
        workspace: call.text("WorkspaceId").to_owned(),
        kind: call.text("ConfigType").to_owned(),
        text: call.text("Config").to_owned(),
        created: call.now,
        modified: call.now,
    };
    call.state.store().pai_configs.insert(id.clone(), config);
    Ok(Outcome::Data(json!({ "DatasetJobConfigId": id })))
}

pub(super) fn get(call: &Call) -> Answered {
    let mut store = call.state.store();
    let config = find(call, &mut store)?;
    let mut shown = config.shown();
    shown["DatasetId"] = json!(config.dataset);
    Ok(Outcome::Data(shown))
}

pub(super) fn list(call: &Call) -> Answered {
    let store = call.state.store();
    let fits = |name: &str, own: &str| call.query_text(name).filter(|text| !text.is_empty()).is_none_or(|wanted| wanted == own);
    let mine =
        store.pai_configs.iter().rev().filter(|(_, config)| config.project == call.project && config.dataset == call.path("DatasetId"));
    let fitting = mine.filter(|(_, config)| {
        fits("WorkspaceId", &config.workspace) && fits("ConfigType", &config.kind) && fits("DatasetVersion", &config.version)
    });
    let shown = fitting.map(|(id, config)| {
        let mut shown = config.shown();
        shown["DatasetJobConfigId"] = json!(id);
        shown["DatasetVersion"] = json!(config.version);
        shown
    });
    Ok(Outcome::Data(super::page(call, shown.collect(), "DatasetJobConfigs", 10)))
}

pub(super) fn update(call: &Call) -> Answered {
    let mut store = call.state.store();
    let config = find(call, &mut store)?;
    if let Some(kind) = call.body("ConfigType").as_str() {
        config.kind = kind.to_owned();
    }
    if let Some(text) = call.body("Config").as_str() {
        config.text = text.to_owned();
    }
    config.modified = call.now;
    Ok(Outcome::Data(json!({})))
}

pub(super) fn delete(call: &Call) -> Answered {
    let mut store = call.state.store();
    find(call, &mut store)?;
    store.pai_configs.shift_remove(call.path("DatasetJobConfigId"));
    Ok(Outcome::Data(json!({})))
}
