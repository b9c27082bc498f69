//! `powerdrill files upload`: files -> data sources.

use crate::args::Files;
use crate::connect::connect;
use crate::context::Context;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::transfer;

pub(super) async fn run(context: &Context, action: Files) -> Result<(), Failure> {
    let Files::Upload { files, mut dataset, no_wait } = action;
    for path in &files {
        transfer::check_readable(path)?;
    }
    let connection = connect(context).await?;
    for (number, path) in files.iter().enumerate() {
        let progress = Progress::new(context);
        let source = transfer::upload(&connection.client, path, dataset.as_deref(), !no_wait, &progress).await?;
        drop(progress);
        if number > 0 && context.is_text() {
            context.print("\n")?;
        }
        super::sources::show(context, &source)?;
        dataset = Some(source.dataset_id.to_string());
    }
    Ok(())
}
