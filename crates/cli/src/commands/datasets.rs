//! `powerdrill datasets`: lists, makes, shows and deletes datasets.

use powerdrill::v2::datasets::Dataset;
use serde_json::json;

use crate::args::Datasets;
use crate::connect::connect;
use crate::context::Context;
use crate::failure::Failure;

pub(super) async fn run(context: &Context, action: Option<Datasets>) -> Result<(), Failure> {
    let connection = connect(context).await?;
    let datasets = connection.client.datasets();
    match action.unwrap_or(Datasets::List { search: None }) {
        Datasets::List { search } => {
            let mut list = datasets.list();
            if let Some(search) = &search {
                list = list.search(search);
            }
            let all = list.pages().items().all().await?;
            let row =
                |dataset: &Dataset| vec![dataset.id.to_string(), dataset.name.clone(), dataset.description.clone().unwrap_or_default()];
            let nothing = if search.is_some() {
                "There is no such dataset."
            } else {
                "There are no datasets: `powerdrill files upload FILE` makes one."
            };
            context.list(&all, &["id", "name", "description"], row, nothing)
        }
        Datasets::Create { name, description } => {
            let mut create = datasets.create(&name);
            if let Some(description) = &description {
                create = create.description(description);
            }
            let dataset = create.send().await?;
            context.facts(&json!({ "id": dataset.id, "name": name }), &[("id", dataset.id.to_string()), ("name", name)])
        }
        Datasets::Show { id } => {
            let overview = datasets.get_overview(&*id).send().await?;
            let status = datasets.get_status(&*id).send().await?;
            let facts = [
                ("id", overview.id.to_string()),
                ("name", overview.name.clone()),
                ("description", overview.description.clone().unwrap_or_default()),
                ("summary", overview.summary.clone().unwrap_or_default()),
                ("keywords", overview.keywords.clone().unwrap_or_default().join(", ")),
                ("questions", overview.exploration_questions.clone().unwrap_or_default().join(" / ")),
                ("ready", format!("{} data sources", status.synched_count)),
                ("in progress", status.synching_count.to_string()),
                ("failed", status.invalid_count.to_string()),
            ];
            context.facts(&json!({ "overview": overview, "status": status }), &facts)
        }
        Datasets::Delete { id } => {
            datasets.delete(&*id).send().await?;
            context.facts(&json!({ "id": id, "deleted": true }), &[("deleted", id.clone())])
        }
    }
}
