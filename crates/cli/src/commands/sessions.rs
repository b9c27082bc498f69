//! `powerdrill sessions`: lists, makes, shows and deletes sessions.

use powerdrill::v2::sessions::Session;
use serde_json::json;

use crate::args::Sessions;
use crate::connect::connect;
use crate::context::Context;
use crate::failure::Failure;

pub(super) async fn run(context: &Context, action: Option<Sessions>) -> Result<(), Failure> {
    let connection = connect(context).await?;
    let sessions = connection.client.sessions();
    match action.unwrap_or(Sessions::List { search: None }) {
        Sessions::List { search } => {
            let mut list = sessions.list();
            if let Some(search) = &search {
                list = list.search(search);
            }
            let all = list.pages().items().all().await?;
            let row = |session: &Session| vec![session.id.to_string(), session.name.clone()];
            let nothing = if search.is_some() { "There is no such session." } else { "There are no sessions: `powerdrill ask` makes one." };
            context.list(&all, &["id", "name"], row, nothing)
        }
        Sessions::Create { name } => {
            let session = sessions.create(&name).send().await?;
            context.facts(&json!({ "id": session.id, "name": name }), &[("id", session.id.to_string()), ("name", name)])
        }
        Sessions::Show { id } => {
            let session = sessions.get(&*id).send().await?;
            let facts = [
                ("id", session.id.to_string()),
                ("name", session.name.clone()),
                ("language", session.output_language.as_ref().map(ToString::to_string).unwrap_or_default()),
                ("mode", session.job_mode.as_ref().map(ToString::to_string).unwrap_or_default()),
                ("remembers", session.max_contextual_job_history.map(|count| format!("{count} questions")).unwrap_or_default()),
            ];
            context.facts(&session, &facts)
        }
        Sessions::Delete { id } => {
            sessions.delete(&*id).send().await?;
            context.facts(&json!({ "id": id, "deleted": true }), &[("deleted", id.clone())])
        }
    }
}
