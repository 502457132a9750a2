//! A picture as light alone.

/// Rows of light, 0 black and 255 white. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Grey {
    width: usize,
    light: Vec<u8>,
}

impl Grey {
    /// Nothing if the pixels do not fill rows.
    pub(super) fn new(width: usize, light: Vec<u8>) -> Option<Self> {
        let is_whole = width > 0 && !light.is_empty() && light.len().is_multiple_of(width);
        is_whole.then_some(Self { width, light })
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn height(&self) -> usize {
        self.light.len() / self.width
    }

    pub(super) fn into_light(self) -> Vec<u8> {
        self.light
    }

    pub(super) fn inverted(mut self) -> Self {
        for light in &mut self.light {
            *light = 255 - *light;
        }
        self
    }

    /// Squares of `by` × `by` pixels become their mean; what fills none at the right and at the
    /// bottom is left out. A picture too small for that stays as it is.
    pub(super) fn reduced(&self, by: usize) -> Self {
        let (width, height) = (self.width / by.max(1), self.height() / by.max(1));
        if by <= 1 || width == 0 || height == 0 {
            return self.clone();
        }
        let mut light = Vec::with_capacity(width * height);
        let mut sums = vec![0_usize; width];
        for band in self.light.chunks_exact(self.width * by) {
            sums.fill(0);
            for row in band.chunks_exact(self.width) {
                for (sum, part) in sums.iter_mut().zip(row.chunks_exact(by)) {
                    *sum += part.iter().copied().map(usize::from).sum::<usize>();
                }
            }
            let mean = |sum: &usize| u8::try_from(sum / (by * by)).unwrap_or(u8::MAX);
            light.extend(sums.iter().map(mean));
        }
        Self { width, light }
    }

    /// Every pixel becomes four, with the steps between them smoothed.
    pub(super) fn doubled(&self) -> Self {
        let mut light = Vec::with_capacity(self.light.len() * 4);
        let rows: Vec<&[u8]> = self.light.chunks_exact(self.width).collect();
        for (y, row) in rows.iter().enumerate() {
            let above = y.checked_sub(1).and_then(|y| rows.get(y)).unwrap_or(row);
            let below = rows.get(y + 1).unwrap_or(row);
            for beside in [above, below] {
                let mixed: Vec<u16> = row
                    .iter()
                    .zip(beside.iter())
                    .map(|(near, far)| 3 * u16::from(*near) + u16::from(*far))
                    .collect();
                for (x, near) in mixed.iter().enumerate() {
                    let left = x.checked_sub(1).and_then(|x| mixed.get(x)).unwrap_or(near);
                    let right = mixed.get(x + 1).unwrap_or(near);
                    for far in [left, right] {
                        light.push(u8::try_from((3 * near + far + 8) / 16).unwrap_or(u8::MAX));
                    }
                }
            }
        }
        Self {
            width: self.width * 2,
            light,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_made_smaller_and_larger() {
        let grey = Grey::new(3, vec![0, 100, 9, 200, 100, 9, 9, 9, 9]).unwrap();
        assert_eq!(grey.reduced(2), Grey::new(1, vec![100]).unwrap());
        assert_eq!(grey.reduced(1), grey);
        assert_eq!(grey.reduced(4), grey);
        let two = Grey::new(2, vec![0, 160]).unwrap();
        let row = [0, 40, 120, 160];
        assert_eq!(two.doubled(), Grey::new(4, [row, row].concat()).unwrap());
        assert_eq!(Grey::new(2, vec![1, 2, 3]), None);
        assert_eq!(Grey::new(0, vec![]), None);
    }
}
