//! `powerdrill sources`: lists, shows, awaits and deletes the data sources of a dataset.

use powerdrill::v2::data_sources::DataSource;
use serde_json::json;

use crate::args::Sources;
use crate::connect::connect;
use crate::context::Context;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::transfer;

pub(super) async fn run(context: &Context, action: Sources) -> Result<(), Failure> {
    let connection = connect(context).await?;
    let client = &connection.client;
    let sources = client.data_sources();
    match action {
        Sources::List { dataset } => {
            let all = sources.list(&*dataset).pages().items().all().await?;
            let row = |source: &DataSource| vec![source.id.to_string(), source.name.clone(), source.status.to_string(), size(source)];
            let nothing = "There are no data sources: `powerdrill files upload FILE --dataset ID` adds one.";
            context.list(&all, &["id", "name", "status", "bytes"], row, nothing)
        }
        Sources::Show { dataset, source } => {
            let source = sources.get(&*dataset, &*source).send().await?;
            show(context, &source)
        }
        Sources::Wait { dataset, timeout } => {
            transfer::wait(client, &dataset, std::time::Duration::from_secs(timeout), &Progress::new(context)).await?;
            context.facts(&json!({ "dataset_id": dataset, "ready": true }), &[("ready", dataset.clone())])
        }
        Sources::Delete { dataset, source } => {
            sources.delete(&*dataset, &*source).send().await?;
            context.facts(&json!({ "id": source, "deleted": true }), &[("deleted", source.clone())])
        }
    }
}

/// Writes what is known of a data source.
pub(super) fn show(context: &Context, source: &DataSource) -> Result<(), Failure> {
    let facts = [
        ("id", source.id.to_string()),
        ("dataset", source.dataset_id.to_string()),
        ("name", source.name.clone()),
        ("status", source.status.to_string()),
        ("bytes", size(source)),
    ];
    context.facts(source, &facts)
}

fn size(source: &DataSource) -> String {
    source.size.map(|size| size.to_string()).unwrap_or_default()
}
