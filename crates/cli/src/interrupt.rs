//! Ctrl-C -> something that can be awaited.

use std::future::{poll_fn, ready};
use std::io;
use std::pin::Pin;
use std::task::Poll;

/// Ends when Ctrl-C is pressed.
pub(crate) type Interrupt = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

/// Listens from now on. A signal that comes before anybody listens ends the program at once, without a word.
pub(crate) async fn listen() -> Interrupt {
    let mut signal: Interrupt = Box::pin(tokio::signal::ctrl_c());
    // The first look is what makes it listen.
    match poll_fn(|context| Poll::Ready(signal.as_mut().poll(context))).await {
        Poll::Pending => signal,
        Poll::Ready(result) => Box::pin(ready(result)),
    }
}
