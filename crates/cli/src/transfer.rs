//! Files of this machine -> data sources, and links -> files.

use std::path::{Path, PathBuf};
use std::time::Duration;

use powerdrill::prelude::*;
use powerdrill::v2::data_sources::DataSource;
use powerdrill::{ErrorKind, File, Step};

use crate::failure::{Exit, Failure};
use crate::progress::Progress;

/// The largest file that is read into memory, to be drawn or put into a page.
const LARGEST: usize = 32 * 1024 * 1024;

/// Uploads a file, makes a data source of it, and waits until it can be asked about.
pub(crate) async fn upload(
    client: &Client,
    path: &Path,
    dataset: Option<&str>,
    wait: bool,
    progress: &Progress,
) -> Result<DataSource, Failure> {
    let mut upload = client.data_sources().upload(path);
    if let Some(dataset) = dataset {
        upload = upload.dataset_id(dataset);
    }
    if !wait {
        upload = upload.no_wait();
    }
    progress.say(&format!("uploading {}", path.display()));
    let sent = upload.progress(watch(progress, &path.display().to_string())).send().await;
    sent.map_err(|error| {
        let local = matches!(error.kind(), ErrorKind::InvalidRequest { .. });
        let failure = Failure::from(error);
        // What is wrong is the file, and not the command.
        if local { Failure { exit: Exit::File, ..failure } } else { failure }
    })
}

/// Waits until all data sources of a dataset can be asked about.
pub(crate) async fn wait(client: &Client, dataset: &str, deadline: Duration, progress: &Progress) -> Result<(), Failure> {
    progress.say("waiting");
    Ok(client.datasets().wait_until_synced(dataset).deadline(deadline).progress(watch(progress, dataset)).send().await?)
}

/// Reads a file of an answer into memory, if it is not too large to be shown.
pub(crate) async fn fetch(client: &Client, file: &File, progress: &Progress) -> Result<Option<Vec<u8>>, Failure> {
    match file.download(client).progress(watch(progress, &file.file_name())).bytes(LARGEST).await {
        Ok(content) => Ok(Some(content.to_vec())),
        Err(error) if matches!(error.kind(), ErrorKind::TooLarge { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Saves a file of an answer, and reads it if it is not too large to be shown. In a folder it gets a name that is free, unless it may
/// replace another one.
pub(crate) async fn save(
    client: &Client,
    file: &File,
    folder: &Path,
    replace: bool,
    progress: &Progress,
) -> Result<(PathBuf, Option<Vec<u8>>), Failure> {
    let download = file.download(client).progress(watch(progress, &file.file_name()));
    let path = if replace { download.save_to(folder.join(file.file_name())).await? } else { download.save_in(folder).await? };
    let unreadable = |error| Failure::file(&path, "read", &error);
    let length = std::fs::metadata(&path).map_err(unreadable)?.len();
    let content = if length <= LARGEST as u64 { Some(std::fs::read(&path).map_err(unreadable)?) } else { None };
    Ok((path, content))
}

/// Writes a file.
pub(crate) fn write(path: &Path, content: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, content).map_err(|error| Failure::file(path, "written", &error))
}

/// A folder or file that is named where the other is wanted is found before a question is asked, which costs.
pub(crate) fn check_writable(path: &Path) -> Result<(), Failure> {
    if path.is_dir() {
        return Err(Failure::new(Exit::File, format!("{}: is a folder", path.display()), "name a file"));
    }
    match path.parent().filter(|parent| !parent.as_os_str().is_empty() && !parent.is_dir()) {
        Some(parent) => Err(Failure::new(Exit::File, format!("{}: there is no such folder", parent.display()), "make it first")),
        None => Ok(()),
    }
}

/// Makes the folder in which files will be saved, so that one that cannot be made is found in time, too.
pub(crate) fn make_folder(path: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(path).map_err(|error| Failure::file(path, "made", &error))
}

/// A file that is not there is found before anything is sent.
pub(crate) fn check_readable(path: &Path) -> Result<(), Failure> {
    let data = std::fs::metadata(path).map_err(|error| Failure::file(path, "read", &error))?;
    if data.is_dir() {
        return Err(Failure::new(Exit::File, format!("{}: is a folder", path.display()), "name the files in it"));
    }
    // The size of a pipe is not known, and the server wants to know it first.
    if !data.is_file() {
        return Err(Failure::new(
            Exit::File,
            format!("{}: is not an ordinary file", path.display()),
            "write it to a file first, and name that",
        ));
    }
    Ok(())
}

fn watch(progress: &Progress, name: &str) -> impl Fn(powerdrill::Progress) + Send + Sync + 'static {
    let (progress, name) = (progress.clone(), name.to_owned());
    move |state| {
        let what = match state.step {
            Step::Sending => "uploading",
            Step::Receiving => "downloading",
            _ => return progress.say(&format!("the server reads {name}")),
        };
        progress.part(&format!("{what} {name}"), state.done, state.total);
    }
}
