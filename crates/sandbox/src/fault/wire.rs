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
            Self::Bytes(bytes) | Self::Split(bytes) => bytes.len(),
            Self::Wait(_) | Self::Break => 0,
        }
    }

    fn bytes(&mut self) -> Option<&mut Bytes> {
        match self {
            Self::Bytes(bytes) | Self::Split(bytes) => Some(bytes),
            Self::Wait(_) | Self::Break => None,
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
                self.pieces = self.pieces.drain(..).map(split).collect();
            }
            Fault::BadUtf8 => self.damage(),
            _ => {}
        }
    }

    fn cut(&mut self, bytes: usize) {
        let mut left = bytes;
        let mut kept = Vec::new();
        for mut piece in self.pieces.drain(..) {
            let length = piece.len();
            if let Some(bytes) = piece.bytes().filter(|_| length > left) {
                bytes.truncate(left);
                kept.push(piece);
                break;
            }
            left -= length;
            kept.push(piece);
        }
        kept.retain(|piece| piece.len() > 0 || matches!(piece, Piece::Wait(_)));
        kept.push(Piece::Break);
        self.pieces = kept;
    }

    /// Puts a byte that no UTF-8 has into a text: of the first message in a stream, or else right after the first quotation mark.
    fn damage(&mut self) {
        let is_message = |bytes: &Bytes| find(bytes, b"event:MESSAGE").is_some();
        let message = self.pieces.iter_mut().position(|piece| piece.bytes().is_some_and(|bytes| is_message(bytes)));
        let Some(bytes) = self.pieces.get_mut(message.unwrap_or(0)).and_then(Piece::bytes) else { return };
        let content = find(bytes, b"\"content\":\"").map(|at| at + 11);
        let place = content.or_else(|| find(bytes, b"\"").map(|at| at + 1)).unwrap_or(bytes.len());
        let mut damaged = BytesMut::from(&bytes[..place]);
        damaged.extend_from_slice(b"\xff");
        damaged.extend_from_slice(&bytes[place..]);
        *bytes = damaged.freeze();
        self.length = self.length.map(|length| length + 1);
    }
}

fn split(piece: Piece) -> Piece {
    match piece {
        Piece::Bytes(bytes) => Piece::Split(bytes),
        other => other,
    }
}

fn find(bytes: &Bytes, needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}
