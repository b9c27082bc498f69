//! `.stream()` on the requests that can be answered with a stream.

use std::future::Future;

use apispec_runtime::Result;
use powerdrill_client::v2;

use crate::decoder::Generation;
use crate::recover::History;
use crate::stream::JobStream;

/// A question whose answer can be read as it is made. In the [prelude](crate::prelude).
pub trait StreamAnswer: sealed::Question {
    /// Sends the question and opens the stream of its answer. When this returns, the server has taken the question.
    ///
    /// # Errors
    ///
    /// As `send`: a refusal is the same error, however it comes. The question is never sent twice: `outcome_unknown` says whether it
    /// may have been taken.
    fn stream(self) -> impl Future<Output = Result<JobStream>> + Send;
}

impl StreamAnswer for v2::jobs::CreateJob {
    async fn stream(self) -> Result<JobStream> {
        let history = History::V2 {
            client: self.client().clone().into(),
            session: self.body().session_id.clone(),
            user: self.body().user_id.clone(),
        };
        Ok(JobStream::new(self.open_stream().await?, Generation::V2, history))
    }
}

#[cfg(feature = "v1")]
impl StreamAnswer for powerdrill_client::v1::chat::CreateChatCompletion {
    async fn stream(self) -> Result<JobStream> {
        let history = History::V1 { client: self.client().clone().into(), session: self.body().session_id.clone() };
        Ok(JobStream::new(self.open_stream().await?, Generation::V1, history))
    }
}

mod sealed {
    pub trait Question {}

    impl Question for powerdrill_client::v2::jobs::CreateJob {}

    #[cfg(feature = "v1")]
    impl Question for powerdrill_client::v1::chat::CreateChatCompletion {}
}
