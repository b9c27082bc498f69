//! The arguments of `powerdrill pai`, as types.

use clap::{Args, Subcommand};

/// Where PAI is.
#[derive(Args)]
pub(crate) struct PaiPlace {
    /// The region, such as cn-hangzhou
    #[arg(long, global = true, value_name = "REGION", conflicts_with_all = ["sandbox", "url"])]
    pub(crate) region: Option<String>,
    /// The workspace of the dataset, if the server wants to know it
    #[arg(long, global = true, value_name = "ID")]
    pub(crate) workspace: Option<String>,
}

#[derive(Subcommand)]
pub(crate) enum PaiThings {
    /// Creates, lists, shows, awaits, stops or deletes the jobs of a dataset
    Jobs {
        #[command(subcommand)]
        action: PaiJobs,
    },
}

#[derive(Subcommand)]
pub(crate) enum PaiJobs {
    /// Creates a job
    Create {
        /// The dataset
        dataset: String,
        /// What the job does, such as SemanticIndex or FileMetaBuild
        action: String,
        /// Its details as JSON, or `@FILE` for those in a file
        #[arg(default_value = "{}")]
        spec: String,
        /// Full or Increment
        #[arg(long, value_name = "MODE")]
        mode: Option<String>,
        /// The version of the dataset, such as v1
        #[arg(long, value_name = "NAME")]
        dataset_version: Option<String>,
        /// A description for people
        #[arg(long, value_name = "TEXT")]
        description: Option<String>,
    },
    /// Lists the jobs of a dataset
    List {
        /// The dataset
        dataset: String,
    },
    /// Shows one job
    #[command(visible_alias = "get")]
    Show {
        /// The dataset
        dataset: String,
        /// The job
        job: String,
    },
    /// Waits until a job has come to its end
    Wait {
        /// The dataset
        dataset: String,
        /// The job
        job: String,
        /// How many seconds to wait at most
        #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
        timeout: u64,
    },
    /// Stops a job
    Stop {
        /// The dataset
        dataset: String,
        /// The job
        job: String,
    },
    /// Deletes a job
    Delete {
        /// The dataset
        dataset: String,
        /// The job
        job: String,
    },
}
