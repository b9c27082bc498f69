//! `powerdrill ask`: one question, with the files it is about.

use std::path::PathBuf;

use powerdrill::Client;
use powerdrill::v2::types::{DatasetId, SessionId};

use super::until_interrupted;
use crate::answering::Asked;
use crate::args::{About, Ask};
use crate::connect::connect;
use crate::context::Context;
use crate::failure::{Failure, usage};
use crate::progress::Progress;
use crate::transfer;

pub(super) async fn run(context: &Context, arguments: Ask) -> Result<(), Failure> {
    if let Some(report) = &arguments.report {
        transfer::check_writable(report)?;
    }
    if arguments.question.trim().is_empty() {
        return Err(usage("the question is empty", "powerdrill ask \"Which region grew?\" --file sales.csv"));
    }
    let connection = connect(context).await?;
    let client = &connection.client;
    let place = until_interrupted(prepare(context, client, &arguments.about, &arguments.question)).await?;
    let asked = Asked {
        client,
        question: &arguments.question,
        session: &place.session,
        dataset: place.dataset.as_ref(),
        about: &arguments.about,
        report: arguments.report.as_deref(),
        replace: false,
    };
    asked.answer(context).await
}

/// Where a question is asked, and about what.
pub(super) struct Place {
    pub(super) session: SessionId,
    pub(super) dataset: Option<DatasetId>,
}

/// Uploads the files, and makes a session if none was named. What cannot be saved is found before anything is sent, which costs.
pub(super) async fn prepare(context: &Context, client: &Client, about: &About, name: &str) -> Result<Place, Failure> {
    if let Some(folder) = &about.save {
        transfer::make_folder(folder)?;
    }
    let mut dataset = about.dataset.as_deref().map(DatasetId::from);
    let uploaded = upload_all(context, client, &about.files, dataset.clone()).await?;
    dataset = uploaded.or(dataset);
    let session = match &about.session {
        Some(id) => SessionId::from(id.as_str()),
        None => {
            let name: String = name.chars().take(60).collect();
            let session = client.sessions().create(name).send().await?.id;
            context.note(&format!("session: {session}"));
            session
        }
    };
    Ok(Place { session, dataset })
}

/// Uploads files into one dataset, which the first one makes if none was named. Gives the dataset.
async fn upload_all(
    context: &Context,
    client: &Client,
    files: &[PathBuf],
    mut dataset: Option<DatasetId>,
) -> Result<Option<DatasetId>, Failure> {
    // A mistake in the last name is found before the first file is sent.
    for path in files {
        transfer::check_readable(path)?;
    }
    for path in files {
        let progress = Progress::new(context);
        let source = transfer::upload(client, path, dataset.as_ref().map(DatasetId::as_str), true, &progress).await?;
        drop(progress);
        context.note(&format!("uploaded: {} into the dataset {}", path.display(), source.dataset_id));
        dataset = Some(source.dataset_id);
    }
    Ok(dataset)
}
