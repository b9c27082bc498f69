//! Faults in how a reply is sent.

use std::time::Duration;

use bytes::{Bytes, BytesMut};

use super::{Fault, silence};
use crate::reply::{Content, Piece};

/// A body as it will be sent.
pub(crate) struct Sending {
    pub(crate) pieces: Vec<Piece>,
    /// The length that is promised, unless the body is sent in chunks.
    pub(crate) length: Option<u64>,
    /// How long even the head is held back.
    pub(crate) delay: Duration,
}

pub(crate) fn send(content: Content, pause: Duration, faults: &[Fault]) -> Sending {
    let streamed = matches!(content, Content::Events(_));
    let pieces = content.pieces(pause);
    let total: usize = pieces.iter().map(Piece::len).sum();
    let length = (!streamed).then(|| u64::try_from(total).unwrap_or(u64::MAX));
    let mut sending = Sending { pieces, length, delay: Duration::ZERO };
    for fault in faults {
        sending.fail(fault, streamed);
    }
    sending
}

impl Piece {
    fn len(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Wait(_) | Self::Break => 0,
        }
    }
}

impl Sending {
    fn fail(&mut self, fault: &Fault, streamed: bool) {
        match fault {
            Fault::Stall(seconds) if streamed => self.pieces.insert(1.min(self.pieces.len()), Piece::Wait(silence(*seconds))),
            Fault::Stall(seconds) => self.delay = silence(*seconds),
            Fault::Cut(bytes) => self.cut(*bytes),
            Fault::Split => {
                self.length = None;
                self.pieces = self.pieces.drain(..).flat_map(split).collect();
            }
            Fault::BadUtf8 => self.damage(),
            _ => {}
        }
    }

    fn cut(&mut self, bytes: usize) {
        let mut left = bytes;
        let mut kept = Vec::new();
        for piece in self.pieces.drain(..) {
            match piece {
                Piece::Bytes(bytes) if bytes.len() > left => {
                    kept.push(Piece::Bytes(bytes.slice(..left)));
                    break;
                }
                Piece::Bytes(bytes) => {
                    left -= bytes.len();
                    kept.push(Piece::Bytes(bytes));
                }
                other => kept.push(other),
            }
        }
        kept.retain(|piece| !matches!(piece, Piece::Bytes(bytes) if bytes.is_empty()));
        kept.push(Piece::Break);
        self.pieces = kept;
    }

    /// Puts a byte that no UTF-8 has into a text: of the first message in a stream, or else right after the first quotation mark.
    fn damage(&mut self) {
        let message = |piece: &Piece| matches!(piece, Piece::Bytes(bytes) if find(bytes, b"event:MESSAGE").is_some());
        let at = self.pieces.iter().position(message).unwrap_or(0);
        let Some(Piece::Bytes(bytes)) = self.pieces.get_mut(at) else { return };
        let content = find(bytes, b"\"content\":\"").map(|at| at + 11);
        let place = content.or_else(|| find(bytes, b"\"").map(|at| at + 1)).unwrap_or(bytes.len());
        let mut damaged = BytesMut::from(&bytes[..place]);
        damaged.extend_from_slice(b"\xff");
        damaged.extend_from_slice(&bytes[place..]);
        *bytes = damaged.freeze();
        self.length = self.length.map(|length| length + 1);
    }
}

fn split(piece: Piece) -> Vec<Piece> {
    match piece {
        Piece::Bytes(bytes) => (0..bytes.len()).map(|at| Piece::Bytes(bytes.slice(at..=at))).collect(),
        other => vec![other],
    }
}

fn find(bytes: &Bytes, needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}
