//! What a program that asks questions needs, and nothing else: `use powerdrill::prelude::*`.

pub use crate::{
    Answer, BlockContent, Client, Code, End, Error, Interrupted, JobEvent, Stage, StreamAnswer, UploadSource, WaitUntilSynced, codes,
};
