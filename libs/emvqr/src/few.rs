//! A list that needs no memory of its own while it is short: real codes have a few dozen fields,
//! and asking an allocator for room would cost as much as reading them.

use alloc::vec::Vec;

/// The first `N` entries lie in the value itself, the others in a vector.
#[derive(Debug, Clone)]
pub(crate) struct Few<T, const N: usize> {
    near: [T; N],
    length: u16,
    far: Vec<T>,
}

impl<T: Copy + Default, const N: usize> Few<T, N> {
    #[inline]
    pub(crate) fn new() -> Self {
        Self {
            near: [T::default(); N],
            length: 0,
            far: Vec::new(),
        }
    }

    #[inline]
    pub(crate) fn len(&self) -> u16 {
        self.length
    }

    /// Puts an entry behind the others. Of more than 65,535 the last ones are not kept; nothing
    /// here has so many.
    #[inline]
    pub(crate) fn push(&mut self, entry: T) {
        match self.near.get_mut(usize::from(self.length)) {
            Some(slot) => *slot = entry,
            None => self.push_far(entry),
        }
        self.length = self.length.saturating_add(1);
    }

    #[cold]
    fn push_far(&mut self, entry: T) {
        self.far.push(entry);
    }

    #[inline]
    pub(crate) fn get(&self, index: u16) -> Option<T> {
        if index >= self.length {
            return None;
        }
        let index = usize::from(index);
        match self.near.get(index) {
            Some(entry) => Some(*entry),
            None => self.far.get(index - N).copied(),
        }
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, index: u16) -> Option<&mut T> {
        let (index, length) = (usize::from(index), usize::from(self.length));
        if index >= length {
            None
        } else if index < N {
            self.near.get_mut(index)
        } else {
            self.far.get_mut(index - N)
        }
    }
}

impl<T: Copy + Default + PartialEq, const N: usize> PartialEq for Few<T, N> {
    fn eq(&self, other: &Self) -> bool {
        self.length == other.length
            && (0..self.length).all(|index| self.get(index) == other.get(index))
    }
}

impl<T: Copy + Default + Eq, const N: usize> Eq for Few<T, N> {}

#[cfg(test)]
mod tests {
    use super::Few;

    #[test]
    fn short_and_long_lists_are_one_list() {
        let mut few: Few<u8, 2> = Few::new();
        assert_eq!((few.len(), few.get(0)), (0, None));
        for entry in 10..14 {
            few.push(entry);
        }
        let all: [Option<u8>; 5] = [0, 1, 2, 3, 4].map(|index| few.get(index));
        assert_eq!(all, [Some(10), Some(11), Some(12), Some(13), None]);
        for index in [1, 3] {
            *few.get_mut(index).unwrap() += 10;
        }
        assert_eq!((few.get(1), few.get(3)), (Some(21), Some(23)));
        assert_eq!(few.get_mut(4), None);
        assert_eq!(few, few.clone());
    }
}
