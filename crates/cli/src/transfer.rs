//! Files of this machine -> data sources, and links -> files.

use std::path::{Path, PathBuf};

use powerdrill::v2::data_sources::DataSource;
use powerdrill::{Client, File};

use crate::failure::{Exit, Failure};
use crate::progress::Progress;
use crate::safe;

/// The largest file that is read into memory, to be drawn or put into a page.
const LARGEST: usize = 32 * 1024 * 1024;

/// Uploads a file, makes a data source of it, and waits until it can be asked about.
pub(crate) async fn upload(client: &Client, path: &Path, dataset: Option<&str>, wait: bool, progress: &Progress) -> Result<DataSource, Failure> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    progress.say(&format!("uploading {name}"));
    let content = std::fs::read(path).map_err(|error| Failure::file(path, "read", &error))?;
    let uploaded = client.files().upload((name.clone(), powerdrill::Source::bytes(content))).send().await?;
    let source = match dataset {
        Some(dataset) => client.data_sources().create(dataset, &name).file_object_key(&uploaded.file_object_key).send().await?,
        None => client.data_sources().create_in_new_dataset(&name).file_object_key(&uploaded.file_object_key).send().await?,
    };
    while wait {
        let status = client.datasets().get_status(&source.dataset_id).send().await?;
        if status.synching_count == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    Ok(source)
}

/// Reads a file of an answer into memory.
pub(crate) async fn fetch(client: &Client, file: &File, progress: &Progress) -> Result<Vec<u8>, Failure> {
    progress.say(&format!("downloading {}", file.name));
    let call = client.runtime().external("download", powerdrill_client::Method::Get, &file.url);
    Ok(call.download().await?.bytes(LARGEST).await?.to_vec())
}

/// Saves a file of an answer in a folder, which is made, under a name that is free.
pub(crate) async fn save(client: &Client, file: &File, folder: &Path, progress: &Progress) -> (Option<PathBuf>, Result<Option<Vec<u8>>, Failure>) {
    let content = match fetch(client, file, progress).await {
        Ok(content) => content,
        Err(failure) => return (None, Err(failure)),
    };
    if let Err(error) = std::fs::create_dir_all(folder) {
        return (None, Err(Failure::file(folder, "made", &error)));
    }
    let path = safe::free_path(folder, &safe::file_name(&file.name, "file"));
    match write(&path, &content) {
        Ok(()) => (Some(path), Ok(Some(content))),
        Err(failure) => (None, Err(failure)),
    }
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

/// A file that cannot be read is found before anything is sent.
pub(crate) fn check_readable(path: &Path) -> Result<(), Failure> {
    let data = std::fs::metadata(path).map_err(|error| Failure::file(path, "read", &error))?;
    if data.is_dir() {
        return Err(Failure::new(Exit::File, format!("{}: is a folder", path.display()), "name the files in it"));
    }
    Ok(())
}

/// Waits until all data sources of a dataset can be asked about.
pub(crate) async fn wait(client: &Client, dataset: &str, _deadline: std::time::Duration, _progress: &Progress) -> Result<(), Failure> {
    client.datasets().get_status(dataset).send().await?;
    Ok(())
}
