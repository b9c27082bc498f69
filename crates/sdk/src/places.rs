//! Parts of an answer, which only become more -> where the last one of each name is, without searching all of them for every event.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};

/// Where the last part of each name is. It keeps up by itself when it is asked.
#[derive(Clone, Default)]
pub(crate) struct Places {
    /// By the hash of the name: names are not kept twice.
    last: HashMap<u64, usize>,
    /// How many parts have been looked at.
    known: usize,
}

impl Places {
    /// Gives the place of the last part with this name.
    pub(crate) fn last<T, N: Hash + PartialEq>(&mut self, parts: &[T], name_of: impl Fn(&T) -> &N, name: &N) -> Option<usize> {
        let is_there = |place: &usize| parts.get(*place).is_some_and(|part| name_of(part) == name);
        let place = self.keep_up(parts, &name_of).place(name)?;
        if is_there(&place) {
            return Some(place);
        }
        // Somebody has moved parts, or taken some away.
        *self = Self::default();
        self.keep_up(parts, &name_of).place(name).filter(is_there)
    }

    fn keep_up<T, N: Hash>(&mut self, parts: &[T], name_of: impl Fn(&T) -> &N) -> &Self {
        for (place, part) in parts.iter().enumerate().skip(self.known) {
            self.last.insert(self.last.hasher().hash_one(name_of(part)), place);
        }
        self.known = parts.len();
        self
    }

    fn place(&self, name: &impl Hash) -> Option<usize> {
        self.last.get(&self.last.hasher().hash_one(name)).copied()
    }
}

/// It says nothing that the parts do not.
impl PartialEq for Places {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::Places;

    /// Whatever happens to the parts, the answer is that of a search.
    #[test]
    fn parts_are_found_where_they_are() {
        let mut places = Places::default();
        for parts in [&[][..], &[1], &[1, 2], &[1, 2, 1], &[2, 1, 1], &[2], &[], &[3, 4, 4, 3, 2]] {
            for name in 0..6 {
                let expected = parts.iter().rposition(|part| *part == name);
                assert_eq!(places.last(parts, |part| part, &name), expected, "{name} in {parts:?}");
            }
        }
    }
}
