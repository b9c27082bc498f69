//! The arguments of the commands about what is on the server, as types.

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum Sessions {
    /// Lists all sessions
    List {
        /// Only those whose name contains this
        #[arg(long)]
        search: Option<String>,
    },
    /// Makes a session
    Create {
        /// Its name
        name: String,
    },
    /// Shows one session
    Show {
        /// Its id
        id: String,
    },
    /// Deletes a session with its history
    Delete {
        /// Its id
        id: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum Datasets {
    /// Lists all datasets
    List {
        /// Only those whose name contains this
        #[arg(long)]
        search: Option<String>,
    },
    /// Makes a dataset
    Create {
        /// Its name
        name: String,
        /// What is in it
        #[arg(long)]
        description: Option<String>,
    },
    /// Shows what a dataset is about and how far its data sources are
    Show {
        /// Its id
        id: String,
    },
    /// Deletes a dataset with its data sources
    Delete {
        /// Its id
        id: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum Sources {
    /// Lists the data sources of a dataset
    List {
        /// The dataset
        dataset: String,
    },
    /// Shows one data source
    Show {
        /// The dataset
        dataset: String,
        /// The data source
        source: String,
    },
    /// Waits until all data sources of a dataset can be asked about
    Wait {
        /// The dataset
        dataset: String,
        /// How many seconds to wait at most
        #[arg(long, value_name = "SECONDS", default_value_t = 600)]
        timeout: u64,
    },
    /// Deletes a data source
    Delete {
        /// The dataset
        dataset: String,
        /// The data source
        source: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum Files {
    /// Uploads files and makes data sources of them
    Upload {
        /// The files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Put them into this dataset; otherwise into a new one
        #[arg(long, value_name = "ID")]
        dataset: Option<String>,
        /// Do not wait until they can be asked about
        #[arg(long)]
        no_wait: bool,
    },
}
