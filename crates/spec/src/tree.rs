//! Text -> `serde_json::Value`, strictly.
//!
//! Both formats go through one visitor, which keeps the order of members and notes every key that stands twice in one map. YAML merge
//! keys (`<<`) are resolved, and keys are taken as the text that stands there (`200:`, `1.10:`), as OpenAPI means them.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::Pointer;
use crate::pointer::push_token;

/// A parsed text, and the keys that stand in it more than once.
pub(crate) struct Tree {
    pub root: Value,
    pub duplicates: Vec<Pointer>,
}

/// Why a text could not be parsed: the message, and the line and column if the parser knows them.
pub(crate) struct Broken {
    pub message: String,
    pub location: Option<(usize, usize)>,
}

pub(crate) fn json(text: &str) -> Result<Tree, Broken> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    read(&mut deserializer, text.len(), State::default()).and_then(|tree| deserializer.end().map(|()| tree)).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let suffix = format!(" at line {line} column {column}");
        Broken { message: error.to_string().replace(&suffix, ""), location: (line > 0).then_some((line, column)) }
    })
}

/// How deep brackets may be nested in YAML. `serde_yaml` stops at 128 as well, but takes time that grows with the square of the depth.
const DEEPEST: usize = 5_000;

pub(crate) fn yaml(text: &str) -> Result<Tree, Broken> {
    yaml_from(serde_yaml::Deserializer::from_str(text), text, false)
}

/// The same for a text that nobody here wrote: tags say nothing, a number without an end is null, and a second document is not looked at.
pub(crate) fn lenient_yaml(text: &str) -> Result<Tree, Broken> {
    let first = serde_yaml::Deserializer::from_str(text).next();
    first.map_or_else(|| yaml(text), |first| yaml_from(first, text, true))
}

fn yaml_from(deserializer: serde_yaml::Deserializer<'_>, text: &str, lenient: bool) -> Result<Tree, Broken> {
    if let Some(line) = too_deep(text) {
        return Err(Broken { message: format!("brackets are nested more than {DEEPEST} deep"), location: Some((line, 1)) });
    }
    read(deserializer, text.len(), State { merges: true, lenient, ..State::default() }).map_err(|error| {
        let location = error.location().map(|location| (location.line(), location.column()));
        let mut message = error.to_string();
        if let Some((line, column)) = location {
            message = message.replace(&format!(" at line {line} column {column}"), "");
        }
        Broken { message, location }
    })
}

/// The line at which brackets are nested too deep.
///
/// Brackets in prose count as well, but only until the next line that is indented no more than the one in which they opened: what YAML
/// means by brackets is indented more.
fn too_deep(text: &str) -> Option<usize> {
    let (mut depth, mut opened_at) = (0_usize, 0);
    for (number, line) in text.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        if depth > 0 && indent <= opened_at && line.trim_start().starts_with(|letter: char| !"[]{},".contains(letter)) {
            depth = 0;
        }
        for byte in line.bytes() {
            match byte {
                b'[' | b'{' => {
                    if depth == 0 {
                        opened_at = indent;
                    }
                    depth += 1;
                }
                b']' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > DEEPEST {
                return Some(number + 1);
            }
        }
    }
    None
}

fn read<'de, D: Deserializer<'de>>(deserializer: D, length: usize, state: State) -> Result<Tree, D::Error> {
    let budget = length.saturating_mul(10).saturating_add(1 << 20);
    let state = RefCell::new(State { budget, ..state });
    let root = Node(&state).deserialize(deserializer)?;
    Ok(Tree { root, duplicates: state.into_inner().duplicates })
}

#[derive(Default)]
struct State {
    /// How much more may be built: letters and values. Only aliases in YAML can make a tree larger than its text.
    budget: usize,
    /// Whether `<<` merges maps, as in YAML, or is a name like any other.
    merges: bool,
    /// Whether what JSON does not have is passed over.
    lenient: bool,
    here: String,
    duplicates: Vec<Pointer>,
}

/// Reads one value; the state says where it is.
#[derive(Clone, Copy)]
struct Node<'s>(&'s RefCell<State>);

impl Node<'_> {
    /// Runs `read` with `token` appended to the current place.
    fn inside<T>(self, token: &str, read: impl FnOnce(Self) -> T) -> T {
        let length = self.0.borrow().here.len();
        push_token(&mut self.0.borrow_mut().here, token);
        let result = read(self);
        self.0.borrow_mut().here.truncate(length);
        result
    }

    /// Takes `size` from the budget.
    fn spend<E: Error>(self, size: usize) -> Result<(), E> {
        let mut state = self.0.borrow_mut();
        let left = state.budget.checked_sub(size + 1);
        state.budget = left.ok_or_else(|| E::custom("aliases repeat so much that the tree is ten times as large as the text"))?;
        Ok(())
    }

    fn note_duplicate(self, key: &str) {
        let mut state = self.0.borrow_mut();
        let place = Pointer::root().join(&state.here).child(key);
        state.duplicates.push(place);
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a map, a list, text, a number, true, false or null")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        self.spend(0).map(|()| Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        self.visit_unit()
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        self.spend(0).map(|()| Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        self.spend(0).map(|()| value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        self.spend(0).map(|()| value.into())
    }

    #[expect(clippy::cast_precision_loss, reason = "JSON readers do the same to numbers of this size")]
    fn visit_i128<E: Error>(self, value: i128) -> Result<Value, E> {
        self.visit_f64(value as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "as above")]
    fn visit_u128<E: Error>(self, value: u128) -> Result<Value, E> {
        self.visit_f64(value as f64)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Value, A::Error> {
        if self.0.borrow().lenient {
            let (_, content) = tagged.variant_seed(Key)?;
            return content.newtype_variant_seed(self);
        }
        Err(A::Error::custom("tags such as `!name` are not read"))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        self.spend(0)?;
        if !value.is_finite() && self.0.borrow().lenient {
            return Ok(Value::Null);
        }
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom(format_args!("{value} is not a number that JSON has")))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        self.spend(value.len()).map(|()| Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        self.spend(0)?;
        let mut list = Vec::new();
        while let Some(item) = self.inside(&list.len().to_string(), |node| items.next_element_seed(node))? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        self.spend(0)?;
        let mut map = Map::new();
        let mut merged = None;
        while let Some(key) = members.next_key_seed(Key)? {
            self.spend(key.len())?;
            let value = self.inside(&key, |node| members.next_value_seed(node))?;
            if key == "<<" && self.0.borrow().merges && merged.is_none() {
                merged = Some(value);
            } else if map.contains_key(&key) || key == "<<" && merged.is_some() {
                self.note_duplicate(&key);
            } else {
                map.insert(key, value);
            }
        }
        if !merged.is_none_or(|value| merge(&mut map, value)) {
            return Err(A::Error::custom("`<<` merges a map or a list of maps, and here is something else"));
        }
        Ok(Value::Object(map))
    }
}

/// Adds the members of `value`, a map or a list of maps, that `map` does not have; false if it is neither.
fn merge(map: &mut Map<String, Value>, value: Value) -> bool {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                map.entry(key).or_insert(value);
            }
            true
        }
        Value::Array(items) => items.into_iter().all(|item| item.is_object() && merge(map, item)),
        _ => false,
    }
}

/// Reads the key of a map as text.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key {
    type Value = String;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key that is text")
    }

    fn visit_str<E>(self, value: &str) -> Result<String, E> {
        Ok(value.to_owned())
    }
}
