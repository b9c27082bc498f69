//! The text of a document -> the line and column of everything in it, by pointer.
//!
//! Parsed trees carry no positions, and most runs need none, so this is a second walk that happens only when there is something to
//! report. A member is where its key is, an item is where its first character is.
//!
//! JSON is scanned by hand. YAML is walked with `serde_yaml` itself, which tells positions in errors only: every scalar is refused on
//! purpose, the position is read from the refusal, and the walk goes on. The text has been parsed before, so no other error can occur.
//! Refusing costs time, so it is only done where a place is wanted, and what is around it.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::pointer::push_token;
use crate::{Location, Pointer};

/// Where `place` is, or the nearest place around it that is in the text.
pub(crate) fn nearest(lines: &HashMap<String, Location>, place: &Pointer) -> Option<Location> {
    let mut nearest = Some(place.clone());
    while let Some(place) = nearest {
        if let Some(location) = lines.get(place.as_str()) {
            return Some(*location);
        }
        nearest = place.parent();
    }
    None
}

/// The places of a YAML text that are wanted, and those around them.
pub(crate) fn yaml<'p>(text: &str, wanted: impl IntoIterator<Item = &'p Pointer>) -> HashMap<String, Location> {
    let mut around = HashSet::new();
    for place in wanted {
        let mut place = Some(place.clone());
        while let Some(here) = place.take_if(|here| !around.contains(here.as_str())) {
            around.insert(here.as_str().to_owned());
            place = here.parent();
        }
    }
    let state = RefCell::new(State { around, ..State::default() });
    let first = serde_yaml::Deserializer::from_str(text).next();
    let walked = first.map(|first| Walk(&state, Role::Value).deserialize(first));
    debug_assert!(walked.is_none_or(|walked| walked.is_ok()), "the text was parsed before");
    state.into_inner().found
}

#[derive(Default)]
struct State {
    here: String,
    key: String,
    found: HashMap<String, Location>,
    /// The places that are looked for, and all that they are in.
    around: HashSet<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Role {
    Key,
    Value,
}

#[derive(Clone, Copy)]
struct Walk<'s>(&'s RefCell<State>, Role);

impl Walk<'_> {
    fn inside<T>(self, token: &str, read: impl FnOnce(Walk<'_>) -> T) -> T {
        let length = self.0.borrow().here.len();
        push_token(&mut self.0.borrow_mut().here, token);
        let result = read(Walk(self.0, Role::Value));
        self.0.borrow_mut().here.truncate(length);
        result
    }

    /// Notes where a key or scalar is, from the refusal that it caused.
    fn note(self, refusal: &str) {
        let Some(location) = position(refusal) else { return };
        let mut state = self.0.borrow_mut();
        let mut place = state.here.clone();
        if self.1 == Role::Key {
            // The first key of a map inside a list also tells where the item is.
            if !place.is_empty() {
                state.found.entry(place.clone()).or_insert(location);
            }
            push_token(&mut place, &state.key);
            state.found.insert(place, location);
        } else {
            state.found.entry(place).or_insert(location);
        }
    }

    fn scalar<E: Error>(self, text: &str) -> Result<(), E> {
        if self.1 == Role::Key {
            text.clone_into(&mut self.0.borrow_mut().key);
            if self.is_known() && !self.inside(text, |key| key.is_wanted()) {
                return Ok(());
            }
        }
        Err(E::custom(""))
    }

    /// Whether anything that is looked for is here.
    fn is_wanted(self) -> bool {
        let state = self.0.borrow();
        state.around.contains(&state.here)
    }

    /// Whether it is known where this is.
    fn is_known(self) -> bool {
        let state = self.0.borrow();
        state.here.is_empty() || state.found.contains_key(&state.here)
    }
}

/// Reads `... at line 3 column 5`.
fn position(refusal: &str) -> Option<Location> {
    let (_, numbers) = refusal.rsplit_once(" at line ")?;
    let (line, column) = numbers.split_once(" column ")?;
    Some(Location { line: line.parse().ok()?, column: column.parse().ok()? })
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.1 == Role::Value && !self.is_wanted() {
            return deserializer.deserialize_ignored_any(IgnoredAny).map(drop);
        }
        let refused = if self.1 == Role::Key { deserializer.deserialize_str(self) } else { deserializer.deserialize_any(self) };
        if let Err(refusal) = refused {
            self.note(&refusal.to_string());
        }
        Ok(())
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.scalar("null")
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.scalar("null")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.scalar(&value.to_string())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.scalar(&value.to_string())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.scalar(&value.to_string())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.scalar(&value.to_string())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.scalar(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let mut index = 0;
        while self.inside(&index.to_string(), |item| items.next_element_seed(item))?.is_some() {
            index += 1;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while members.next_key_seed(Walk(self.0, Role::Key))?.is_some() {
            let key = std::mem::take(&mut self.0.borrow_mut().key);
            self.inside(&key, |value| members.next_value_seed(value))?;
        }
        Ok(())
    }
}

/// Every place of a JSON text that `serde_json` has accepted.
pub(crate) fn json(text: &str) -> HashMap<String, Location> {
    let mut scan = Scan { bytes: text.as_bytes(), at: 0, line: 1, counted: 0, column: 1, here: String::new(), found: HashMap::new() };
    scan.value();
    scan.found
}

struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
    line: usize,
    /// Up to where characters of the line have been counted, and how many there were, from 1.
    counted: usize,
    column: usize,
    here: String,
    found: HashMap<String, Location>,
}

impl Scan<'_> {
    /// Skips blanks and `skipped`, and returns the byte that follows.
    fn next(&mut self, skipped: &[u8]) -> Option<u8> {
        while let Some(&byte) = self.bytes.get(self.at) {
            if byte == b'\n' {
                self.line += 1;
                self.counted = self.at + 1;
                self.column = 1;
            } else if !byte.is_ascii_whitespace() && !skipped.contains(&byte) {
                return Some(byte);
            }
            self.at += 1;
        }
        None
    }

    fn location(&mut self) -> Location {
        // The second and later bytes of a character begin with the bits 10.
        self.column += self.bytes[self.counted..self.at].iter().filter(|byte| **byte & 0xc0 != 0x80).count();
        self.counted = self.at;
        Location { line: self.line, column: self.column }
    }

    fn value(&mut self) {
        match self.next(b":,") {
            Some(b'{') => self.members(),
            Some(b'[') => self.items(),
            Some(b'"') => drop(self.string()),
            _ => self.at += self.bytes[self.at..].iter().take_while(|byte| !b",]} \t\r\n".contains(byte)).count(),
        }
    }

    fn members(&mut self) {
        self.at += 1;
        while let Some(b'"') = self.next(b",") {
            let location = self.location();
            let key = self.string();
            self.inside(&key, location);
        }
        self.at += 1;
    }

    fn items(&mut self) {
        self.at += 1;
        let mut index = 0;
        while let Some(byte) = self.next(b",") {
            if byte == b']' {
                break;
            }
            let location = self.location();
            self.inside(&index.to_string(), location);
            index += 1;
        }
        self.at += 1;
    }

    fn inside(&mut self, token: &str, location: Location) {
        let length = self.here.len();
        push_token(&mut self.here, token);
        self.found.insert(self.here.clone(), location);
        self.value();
        self.here.truncate(length);
    }

    fn string(&mut self) -> String {
        let start = self.at;
        self.at += 1;
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                break;
            }
        }
        let quoted = self.bytes.get(start..self.at).unwrap_or_default();
        serde_json::from_slice(quoted).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: usize, column: usize) -> Option<Location> {
        Some(Location { line, column })
    }

    #[test]
    fn yaml_members_and_items_are_where_they_begin() {
        let wanted = ["/a/b", "/a/c~1d/1", "/list/0/more", "/list/1"].map(|place| Pointer::root().join(place));
        let found = yaml("a:\n  b: 1\n  'c/d': [x, y]\nlist:\n  - name: n\n    more: {}\n  - text\n", &wanted);
        assert_eq!(found.get("/a/b").copied(), at(2, 3));
        assert_eq!(found.get("/a/c~1d").copied(), at(3, 3));
        assert_eq!(found.get("/a/c~1d/1").copied(), at(3, 14));
        assert_eq!(found.get("/list/0").copied(), at(5, 5));
        assert_eq!(found.get("/list/0/more").copied(), at(6, 5));
        assert_eq!(found.get("/list/1").copied(), at(7, 5));
        assert_eq!(found.get("/a/c~1d/0"), None);
    }

    #[test]
    fn json_members_and_items_are_where_they_begin() {
        let found = json("{\n  \"a\": {\"b\\\"\": [1, {\"c\": null}, \"]\"]},\n  \"d\": true\n}");
        assert_eq!(found.get("/a/b\"/1/c").copied(), at(2, 21));
        assert_eq!(found.get("/a/b\"/2").copied(), at(2, 33));
        assert_eq!(found.get("/d").copied(), at(3, 3));
    }
}
