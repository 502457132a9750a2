//! Where things with a certain property are, without holding the property twice.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, BuildHasherDefault, Hash, Hasher, RandomState};

use super::ids::Reference;

/// Marks the end of a chain.
const NONE: u32 = u32::MAX;

/// From a property's hash to the numbers of the things that may have it. Whoever asks compares
/// for himself: two properties may share a hash. Nothing walks over the map, so that its order
/// changes no result.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    last_of: HashMap<u64, u32, BuildHasherDefault<AlreadyHashed>>,
    /// One link for each entry: the thing and the entry before it.
    chain: Vec<(u32, u32)>,
}

/// Makes the hashes, with keys that nobody outside knows, since references come from outside.
#[derive(Clone, Debug, Default)]
pub(super) struct Maker(RandomState);

#[derive(Clone, Debug, Default)]
pub(super) struct AlreadyHashed(u64);

impl Index {
    pub(super) fn insert(&mut self, hash: u64, number: u32) {
        // The limits on lines and expectations keep every number far below the mark.
        let Ok(entry) = u32::try_from(self.chain.len()) else {
            return;
        };
        let before = self.last_of.insert(hash, entry).unwrap_or(NONE);
        self.chain.push((number, before));
    }

    pub(super) fn get(&self, hash: u64) -> impl Iterator<Item = u32> {
        let mut entry = self.last_of.get(&hash).copied().unwrap_or(NONE);
        std::iter::from_fn(move || {
            let (number, before) = *self.chain.get(usize::try_from(entry).ok()?)?;
            entry = before;
            Some(number)
        })
    }

    pub(super) fn reserve(&mut self, more: usize) {
        self.last_of.reserve(more);
        self.chain.reserve(more);
    }
}

impl Maker {
    pub(super) fn of<T: Hash>(&self, property: T) -> u64 {
        self.0.hash_one(property)
    }

    pub(super) fn of_reference(&self, account: &str, mark: &str, reference: &Reference) -> u64 {
        // Hashed at once: letter by letter takes several times as long.
        let mut folded = String::with_capacity(reference.as_str().len());
        folded.extend(reference.folded());
        self.of((account, mark, folded.as_str()))
    }
}

impl Hasher for AlreadyHashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_under_a_hash_is_found_and_nothing_else() {
        let mut index = Index::default();
        for (hash, number) in [(7, 1), (8, 2), (7, 3), (7, 3)] {
            index.insert(hash, number);
        }
        let found = |hash| index.get(hash).collect::<Vec<u32>>();
        assert_eq!(found(7), [3, 3, 1]);
        assert_eq!(found(8), [2]);
        assert!(found(9).is_empty());
    }
}
