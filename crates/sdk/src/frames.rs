//! Bytes, in pieces of any size -> the events of a stream, as name and data.
//!
//! This is the `text/event-stream` format as far as a client reads it that never reconnects: `event` and `data` lines count, `id`,
//! `retry`, unknown lines and comments are read over. Lines end with LF, CR or CRLF, and where the pieces are cut makes no difference.
//! Two things are stricter than the standard: an event has a greatest size, and an event that the end of the stream cuts off is told
//! apart from one that is complete. One is more generous: an event with a name and no data is an event.

use std::fmt;
use std::ops::Range;

use memchr::memchr2;

/// Room for a name that is kept from one event to the next.
const KEPT_NAME: usize = 64;

/// Room that is kept while more bytes are awaited, so that many streams can be open; what more an event needed is given back.
const KEPT: usize = 4 * 1024;

/// One event. Its texts stay where they came in, until the next call. `Debug` says how long they are and not what they say, since they
/// may hold links that give access to a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The name of the event. It is empty when it has none.
    pub name: &'a str,
    /// What the event says, its lines joined with LF.
    pub data: &'a str,
}

impl fmt::Debug for Frame<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Frame").field("name_bytes", &self.name.len()).field("data_bytes", &self.data.len()).finish()
    }
}

/// Why no event can be read any more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unreadable {
    /// An event has more bytes than this.
    TooLarge {
        /// The greatest size of an event.
        limit: usize,
    },
    /// A name or data is not UTF-8.
    NotUtf8,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { limit } => write!(formatter, "an event has more than {limit} bytes"),
            Self::NotUtf8 => formatter.write_str("an event is not UTF-8"),
        }
    }
}

impl std::error::Error for Unreadable {}

/// Takes bytes in and gives events out. `Debug` says how many bytes wait, and not what they say.
///
/// ```
/// use powerdrill::frames::Frames;
///
/// let mut frames = Frames::new(1024);
/// frames.push(b"event:MESSAGE\nda");
/// assert!(frames.next_frame()?.is_none());
/// frames.push(b"ta: Hello\n\n");
/// let frame = frames.next_frame()?.expect("an event");
/// assert_eq!((frame.name, frame.data), ("MESSAGE", "Hello"));
/// # Ok::<(), powerdrill::frames::Unreadable>(())
/// ```
#[derive(Clone)]
pub struct Frames {
    limit: usize,
    buffer: Vec<u8>,
    /// Where the current event begins in the buffer. What is before it has been given out.
    start: usize,
    /// Where the current line begins.
    line: usize,
    /// Up to where the current line has been searched for its end.
    searched: usize,
    /// A CR has ended a line, so an LF that follows belongs to it.
    after_cr: bool,
    /// The first bytes may be a byte order mark.
    at_beginning: bool,
    /// No more bytes come.
    ended: bool,
    event: Event,
}

impl fmt::Debug for Frames {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let waiting = self.buffer.len() - self.start;
        formatter.debug_struct("Frames").field("limit", &self.limit).field("waiting_bytes", &waiting).finish_non_exhaustive()
    }
}

/// What the lines of the current event have said so far.
#[derive(Clone, Default)]
struct Event {
    /// Whether it has been given out, so that the next line begins another.
    given: bool,
    named: bool,
    name: Vec<u8>,
    /// Where the data is in the buffer. Several lines are moved together there, over what has been read already.
    data: Option<Range<usize>>,
}

impl Frames {
    /// Starts at the beginning of a stream. An event with its lines and line ends may have `limit` bytes.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            buffer: Vec::new(),
            start: 0,
            line: 0,
            searched: 0,
            after_cr: false,
            at_beginning: true,
            ended: false,
            event: Event::default(),
        }
    }

    /// Sets how many bytes an event may have from now on.
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
    }

    /// Takes the next bytes in. Whoever reads all events before the next piece holds no more than one event and one piece.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Gives the next event that is complete; `None` until more bytes have come.
    ///
    /// # Errors
    ///
    /// If an event is too large or is not UTF-8. What follows an event that is too large means nothing.
    pub fn next_frame(&mut self) -> Result<Option<Frame<'_>>, Unreadable> {
        self.forget();
        while let Some(line) = self.next_line() {
            if self.line - self.start > self.limit {
                return Err(self.too_large());
            }
            if line.is_empty() && !self.event.is_empty() {
                self.start = self.line;
                return self.give().map(Some);
            }
            self.event.read(&mut self.buffer, line);
            if self.event.is_empty() {
                self.start = self.line;
            }
        }
        if self.buffer.len() - self.start > self.limit {
            return Err(self.too_large());
        }
        self.make_room();
        Ok(None)
    }

    /// Says that no more bytes come, and gives what the last event would be if it were complete.
    ///
    /// # Errors
    ///
    /// As [`next_frame`](Self::next_frame).
    pub fn finish(&mut self) -> Result<Option<Frame<'_>>, Unreadable> {
        self.forget();
        self.ended = true;
        while let Some(line) = self.next_line() {
            self.event.read(&mut self.buffer, line);
        }
        self.start = self.line;
        if self.event.is_empty() { Ok(None) } else { self.give().map(Some) }
    }

    /// Whether something of an event has come, but not its end.
    #[must_use]
    pub fn is_inside(&self) -> bool {
        let rest = self.buffer.get(self.line..).unwrap_or_default();
        let rest = if self.after_cr { rest.strip_prefix(b"\n").unwrap_or(rest) } else { rest };
        !rest.is_empty() || !(self.event.given || self.event.is_empty())
    }

    /// Forgets what is left and gives all room back. What comes after it means nothing.
    pub(crate) fn release(&mut self) {
        self.buffer = Vec::new();
        (self.start, self.line, self.searched) = (0, 0, 0);
        self.event = Event::default();
    }

    fn give(&mut self) -> Result<Frame<'_>, Unreadable> {
        self.event.given = true;
        let data = self.event.data.clone().and_then(|data| self.buffer.get(data)).unwrap_or_default();
        let text = |bytes| str::from_utf8(bytes).map_err(|_| Unreadable::NotUtf8);
        Ok(Frame { name: text(&self.event.name)?, data: text(data)? })
    }

    fn forget(&mut self) {
        if self.event.given {
            self.event.clear();
        }
    }

    fn too_large(&mut self) -> Unreadable {
        self.release();
        Unreadable::TooLarge { limit: self.limit }
    }

    /// Gives the next whole line without its end. When no more bytes come, what is left is a line.
    fn next_line(&mut self) -> Option<Range<usize>> {
        if self.at_beginning && !self.pass_mark() {
            return None;
        }
        if self.after_cr && self.line < self.buffer.len() {
            self.after_cr = false;
            if self.buffer[self.line] == b'\n' {
                self.line += 1;
                if self.event.is_empty() {
                    self.start = self.line;
                }
            }
        }
        let from = self.searched.max(self.line);
        let Some(found) = memchr2(b'\n', b'\r', &self.buffer[from..]) else {
            self.searched = self.buffer.len();
            let rest = self.line..self.buffer.len();
            if !self.ended || rest.is_empty() {
                return None;
            }
            self.line = rest.end;
            return Some(rest);
        };
        let end = from + found;
        let line = self.line..end;
        self.after_cr = self.buffer[end] == b'\r';
        self.line = end + 1;
        self.searched = self.line;
        Some(line)
    }

    /// Reads over a byte order mark. Says whether that is settled.
    fn pass_mark(&mut self) -> bool {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        if self.buffer.len() < MARK.len() && MARK.starts_with(&self.buffer) && !self.ended {
            return false;
        }
        if self.buffer.starts_with(MARK) {
            (self.start, self.line) = (MARK.len(), MARK.len());
        }
        self.at_beginning = false;
        true
    }

    /// Moves the current event to the front of the buffer: once, however many pieces it comes in.
    fn make_room(&mut self) {
        if self.start == 0 {
            return;
        }
        self.buffer.drain(..self.start);
        self.line -= self.start;
        self.searched = self.searched.saturating_sub(self.start);
        if let Some(data) = &mut self.event.data {
            *data = data.start - self.start..data.end - self.start;
        }
        self.start = 0;
        if self.buffer.capacity() > KEPT && self.buffer.len() < KEPT {
            self.buffer.shrink_to(KEPT);
        }
    }
}

impl Event {
    /// Takes a line in.
    fn read(&mut self, buffer: &mut [u8], line: Range<usize>) {
        let text = &buffer[line.clone()];
        if let Some(value) = value(text, b"data") {
            let value = line.end - value.len()..line.end;
            self.data = Some(match self.data.take() {
                None => value,
                Some(before) => {
                    let end = before.end + 1 + value.len();
                    buffer[before.end] = b'\n';
                    buffer.copy_within(value, before.end + 1);
                    before.start..end
                }
            });
        } else if let Some(value) = value(text, b"event") {
            self.named = true;
            self.name.clear();
            self.name.extend_from_slice(value);
        }
    }

    fn is_empty(&self) -> bool {
        !self.named && self.data.is_none()
    }

    fn clear(&mut self) {
        (self.given, self.named, self.data) = (false, false, None);
        self.name.clear();
        if self.name.capacity() > KEPT_NAME {
            self.name = Vec::new();
        }
    }
}

/// Gives the value if the line is of this field: what is after the colon and one space, or nothing at all.
fn value<'a>(line: &'a [u8], field: &[u8]) -> Option<&'a [u8]> {
    match line.strip_prefix(field)? {
        [] => Some(&[]),
        [b':', b' ', rest @ ..] | [b':', rest @ ..] => Some(rest),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
