//! A camera of our own: a printed card on a counter, seen from somewhere, in some light, through
//! some lens. Every picture follows from its `Shot`.

use qr_image::Code;

use crate::dice::Dice;

/// How one picture is taken. The neutral one is sharp, bright and from straight above.
#[derive(Clone, Debug)]
pub(crate) struct Shot {
    pub(crate) seed: u64,
    /// Side of the picture, in pixels.
    pub(crate) side: usize,
    /// Pixels of one module at the middle of the code.
    pub(crate) module: f32,
    /// Turn of the card, in degrees.
    pub(crate) turn: f32,
    /// How far the card leans away, as the share by which its far edge looks smaller.
    pub(crate) lean: f32,
    /// Which way it leans, in degrees.
    pub(crate) lean_towards: f32,
    /// Bend of the paper round a cup: the share of the width that its edges come nearer.
    pub(crate) bend: f32,
    /// Light of the ink and of the paper, 0 to 255.
    pub(crate) ink: f32,
    pub(crate) paper: f32,
    /// What a shadow takes at its darkest side, as a share of the light.
    pub(crate) shadow: f32,
    /// Lens out of focus: deviation in pixels.
    pub(crate) blur: f32,
    /// Hand moved: length in pixels.
    pub(crate) smear: f32,
    /// Grain: deviation in grey levels.
    pub(crate) grain: f32,
    /// Share of pixels that are pure black or white.
    pub(crate) specks: f32,
    /// Radius of a lamp's mirror image on the plastic, as a share of the code's side.
    pub(crate) glare: f32,
    /// Side of a sticker or thumb on the code, as a share of the code's side.
    pub(crate) cover: f32,
    pub(crate) format: Format,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Format {
    Png,
    Jpeg(u8),
}

impl Shot {
    pub(crate) fn neutral(seed: u64) -> Self {
        Self {
            seed,
            side: 640,
            module: 6.0,
            turn: 0.0,
            lean: 0.0,
            lean_towards: 0.0,
            bend: 0.0,
            ink: 25.0,
            paper: 235.0,
            shadow: 0.0,
            blur: 0.0,
            smear: 0.0,
            grain: 1.0,
            specks: 0.0,
            glare: 0.0,
            cover: 0.0,
            format: Format::Png,
        }
    }

    /// The picture as a file.
    pub(crate) fn take(&self, code: &Code) -> Vec<u8> {
        let mut dice = Dice::new(self.seed);
        let mut light = self.expose(code, &mut dice);
        if self.blur > 0.0 {
            light = blurred(&light, self.side, self.blur);
        }
        if self.smear > 0.0 {
            light = smeared(&light, self.side, self.smear, dice.between(0.0, 3.2));
        }
        let grey: Vec<u8> = light
            .iter()
            .map(|value| {
                let speck = dice.unit();
                if speck < self.specks {
                    return if speck < self.specks / 2.0 { 0 } else { 255 };
                }
                (value + dice.normal() * self.grain).clamp(0.0, 255.0) as u8
            })
            .collect();
        match self.format {
            Format::Png => png_of(&grey, self.side),
            Format::Jpeg(quality) => jpeg_of(&grey, self.side, quality),
        }
    }

    /// Light that falls on each pixel: four samples, each followed back to the card.
    fn expose(&self, code: &Code, dice: &mut Dice) -> Vec<f32> {
        let half = f32::from(code.size()) / 2.0;
        let (sin, cos) = self.turn.to_radians().sin_cos();
        let (lean_y, lean_x) = self.lean_towards.to_radians().sin_cos();
        // At the edge of the code the scale is off by half of `lean` to either side.
        let pull = self.lean / (2.0 * half);
        let middle = self.side as f32 / 2.0;
        let off = (dice.between(-6.0, 6.0), dice.between(-6.0, 6.0));
        let glare_at = (
            dice.between(-0.6, 0.6) * half,
            dice.between(-0.6, 0.6) * half,
        );
        // Never on the three large corners: nothing reads a code that lost one.
        let cover_at = (dice.between(0.0, 0.5) * half, dice.between(0.0, 0.5) * half);
        let shadow_from = dice.between(0.0, 6.3).sin_cos();
        let mut light = Vec::with_capacity(self.side * self.side);
        for row in 0..self.side {
            for column in 0..self.side {
                let mut sum = 0.0;
                for (dx, dy) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
                    let x = (column as f32 + dx - middle - off.0) / self.module;
                    let y = (row as f32 + dy - middle - off.1) / self.module;
                    let along = x * lean_x + y * lean_y;
                    let depth = 1.0 - pull * along;
                    // What leans away is also foreshortened along the lean.
                    let stretch = 1.0 / (1.0 - self.lean * self.lean / 2.0).max(0.3) - 1.0;
                    let (x, y) = (
                        (x + along * lean_x * stretch) / depth,
                        (y + along * lean_y * stretch) / depth,
                    );
                    let (mut u, v) = (x * cos + y * sin, y * cos - x * sin);
                    u += self.bend * u * u * u / (half * half);
                    let at = (u, v);
                    sum += self.card(code, at, half, (glare_at, cover_at));
                }
                let across = (column as f32 - middle) * shadow_from.0
                    + (row as f32 - middle) * shadow_from.1;
                let shade = 1.0 - self.shadow * (0.5 + across / self.side as f32).clamp(0.0, 1.0);
                light.push(sum / 4.0 * shade);
            }
        }
        light
    }

    /// Light of the card, or of the counter round it, at a point measured in modules from the
    /// middle of the code.
    fn card(&self, code: &Code, at: (f32, f32), half: f32, on_it: Marks) -> f32 {
        let ((glare_x, glare_y), (cover_x, cover_y)) = on_it;
        let (u, v) = at;
        if u.abs() > half + 6.0 || v.abs() > half + 9.0 {
            // Wood: neither as bright as paper nor as dark as ink, and striped.
            let stripe = ((u * 0.9 + (v * 0.11).sin() * 2.0).sin() + 1.0) / 2.0;
            return self.ink + (self.paper - self.ink) * (0.3 + 0.25 * stripe);
        }
        let radius = self.glare * half * 2.0;
        let distance = ((u - glare_x).powi(2) + (v - glare_y).powi(2)).sqrt();
        if radius > 0.0 && distance < radius {
            return 255.0;
        }
        let side = self.cover * half * 2.0;
        if side > 0.0 && (u - cover_x).abs() < side / 2.0 && (v - cover_y).abs() < side / 2.0 {
            return (self.ink + self.paper) / 2.0;
        }
        let (x, y) = (u + half, v + half);
        if x >= 0.0 && y >= 0.0 && code.is_dark(x as u16, y as u16) {
            self.ink
        } else {
            self.paper
        }
    }
}

type Marks = ((f32, f32), (f32, f32));

/// A Gaussian, in two passes.
fn blurred(light: &[f32], side: usize, deviation: f32) -> Vec<f32> {
    let reach = (deviation * 2.5).ceil() as isize;
    let weights: Vec<f32> = (-reach..=reach)
        .map(|at| (-(at as f32).powi(2) / (2.0 * deviation * deviation)).exp())
        .collect();
    let once = spread(light, side, &weights, (1, 0));
    spread(&once, side, &weights, (0, 1))
}

fn smeared(light: &[f32], side: usize, length: f32, angle: f32) -> Vec<f32> {
    let steps = length.ceil().max(1.0) as isize;
    let (sin, cos) = angle.sin_cos();
    let mut out = vec![0.0; light.len()];
    for step in 0..=steps {
        let along = length * (step as f32 / steps as f32 - 0.5);
        let (dx, dy) = (
            (along * cos).round() as isize,
            (along * sin).round() as isize,
        );
        for y in 0..side {
            for x in 0..side {
                out[y * side + x] += at(light, side, x as isize + dx, y as isize + dy);
            }
        }
    }
    out.iter().map(|sum| sum / (steps + 1) as f32).collect()
}

fn spread(light: &[f32], side: usize, weights: &[f32], way: (isize, isize)) -> Vec<f32> {
    let reach = weights.len() as isize / 2;
    let whole: f32 = weights.iter().sum();
    let mut out = Vec::with_capacity(light.len());
    for y in 0..side as isize {
        for x in 0..side as isize {
            let mut sum = 0.0;
            for (index, weight) in weights.iter().enumerate() {
                let step = index as isize - reach;
                sum += weight * at(light, side, x + way.0 * step, y + way.1 * step);
            }
            out.push(sum / whole);
        }
    }
    out
}

fn at(light: &[f32], side: usize, x: isize, y: isize) -> f32 {
    let last = side as isize - 1;
    light[y.clamp(0, last) as usize * side + x.clamp(0, last) as usize]
}

pub(crate) fn png_of(grey: &[u8], width: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let height = grey.len() / width;
    let mut encoder = png::Encoder::new(&mut bytes, width as u32, height as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_compression(png::Compression::NoCompression);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(grey).expect("written");
    writer.finish().expect("finished");
    bytes
}

fn jpeg_of(grey: &[u8], width: usize, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let height = grey.len() / width;
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, quality);
    let (width, height) = (width as u16, height as u16);
    let luma = jpeg_encoder::ColorType::Luma;
    encoder.encode(grey, width, height, luma).expect("written");
    bytes
}
