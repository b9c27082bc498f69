//! Powerdrill and MAXIR AI from Rust: typed calls, and answers as they come in.
//!
//! ```no_run
//! use powerdrill::prelude::*;
//!
//! # async fn example() -> powerdrill::Result<()> {
//! let client = Client::from_env()?;
//! let session = client.sessions().create("Q3 review").send().await?;
//! let source = client.data_sources().upload("sales.csv").await?;
//! let mut answer = client.jobs().create(&session.id, "Which region grew?").dataset_id(&source.dataset_id).stream().await?;
//! while let Some(event) = answer.next_event().await? {
//!     let JobEvent::Block(block) = event else { continue };
//!     match block.content {
//!         // Tables and images come twice; `block.stage` tells the analysis from the answer.
//!         BlockContent::Message(text) => print!("{text}"),
//!         BlockContent::Table(file) | BlockContent::Image(file) => println!("\n{}", file.name),
//!         _ => {}
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The calls are generated, and are those of [`powerdrill_client`], of which [`v2`] and [`v1`] are re-exported. This crate adds what
//! no document describes: reading an answer while it is made ([`JobStream`]), telling how a stream ended ([`End`]), putting the answer
//! together ([`Answer`]), and finding it again after a stream has broken ([`Recovery`]). A question is never sent twice.
//!
//! It also takes the steps that belong together: [`upload`](UploadSource::upload) sends a file of any size and waits until jobs can read
//! it, [`wait_until_synced`](WaitUntilSynced::wait_until_synced) waits for a whole dataset, and [`File::download`] fetches a table or a
//! picture before its link expires. Lists are streams: `client.sessions().list().pages().items()`.
//!
//! The layers can be used one by one, without a connection: [`frames`] reads the format of the stream, [`Decoder`] its events.
//!
//! # Features
//!
//! `v1` (default) adds the personal API. `ring` (default), `aws-lc-rs` and `no-provider` choose the cryptography of TLS.

mod answer;
mod ask;
mod block;
mod convert;
mod decoder;
mod download;
mod end;
mod event;
mod events;
pub mod frames;
mod places;
pub mod prelude;
mod progress;
mod recover;
mod stream;
mod sync;
mod upload;
mod weight;

pub use answer::Answer;
pub use apispec_runtime::Stream;
pub use ask::StreamAnswer;
pub use block::{Block, BlockContent, Chart, File, SourceReference, unfenced};
pub use decoder::{Decoder, Generation, MAX_EVENT};
pub use download::{AnyClient, ExpiredLink, FileDownload};
pub use end::{End, Interrupted};
pub use event::{JobEvent, Process, Task, Trigger};
pub use events::JobEvents;
#[cfg(feature = "v1")]
pub use powerdrill_client::v1;
pub use powerdrill_client::v2::{Client, codes};
pub use powerdrill_client::v2::{jobs::TaskStatus, types::Stage};
pub use powerdrill_client::{
    Code, Delivery, Error, ErrorKind, Field, Json, Part, RawText, Result, RetryPolicy, SecretText, Source, Timeouts, Timestamp, Transport,
    v2,
};
pub use progress::{Progress, Step};
pub use recover::Recovery;
pub use stream::{JobStream, MAX_ANSWER};
pub use sync::{SyncWait, WaitUntilSynced};
pub use upload::{SourceUpload, Unfinished, Upload, UploadSource};

/// The example in the README is one of the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
