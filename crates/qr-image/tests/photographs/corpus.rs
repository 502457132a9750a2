//! Which pictures are taken: every distortion alone, in three grades, and the mixtures that a
//! counter really has.

use crate::camera::{Format, Shot};
use crate::dice::Dice;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grade {
    /// What every reader must get.
    Easy,
    /// What a hurried person with an ordinary telephone takes.
    Fair,
    /// What that person would take again.
    Hard,
}

pub(crate) const GRADES: [Grade; 3] = [Grade::Easy, Grade::Fair, Grade::Hard];

impl Grade {
    /// The one of three values that belongs to the grade.
    fn of(self, values: [f32; 3]) -> f32 {
        values[self as usize]
    }
}

type Distort = fn(&mut Shot, Grade, &mut Dice);

/// Name, and what it does to a shot.
pub(crate) const DISTORTIONS: [(&str, Distort); 12] = [
    ("turned", |shot, grade, dice| {
        let most = grade.of([12.0, 180.0, 180.0]);
        shot.turn = dice.between(-most, most);
        shot.module = grade.of([6.0, 4.0, 2.4]);
    }),
    ("small", |shot, grade, dice| {
        shot.module = grade.of([5.0, 3.0, 2.0]) + dice.between(-0.1, 0.1);
        shot.turn = dice.between(-8.0, 8.0);
    }),
    ("large", |shot, grade, dice| {
        shot.side = grade.of([800.0, 1000.0, 1200.0]) as usize;
        shot.module = shot.side as f32 / grade.of([90.0, 80.0, 76.0]);
        shot.turn = dice.between(-5.0, 5.0);
        shot.blur = shot.module * grade.of([0.1, 0.3, 0.5]);
    }),
    ("leaning", |shot, grade, dice| {
        shot.lean = grade.of([0.15, 0.35, 0.6]);
        shot.lean_towards = dice.between(0.0, 360.0);
        shot.turn = dice.between(-20.0, 20.0);
    }),
    ("dim", |shot, grade, dice| {
        shot.ink = grade.of([20.0, 15.0, 10.0]);
        shot.paper = grade.of([140.0, 70.0, 34.0]);
        shot.grain = grade.of([1.0, 2.5, 4.0]);
        shot.turn = dice.between(-20.0, 20.0);
    }),
    ("shadow", |shot, grade, dice| {
        shot.shadow = grade.of([0.4, 0.7, 0.9]);
        shot.turn = dice.between(-20.0, 20.0);
        shot.grain = 2.0;
    }),
    ("blurred", |shot, grade, dice| {
        shot.blur = shot.module * grade.of([0.2, 0.45, 0.75]);
        shot.turn = dice.between(-30.0, 30.0);
        shot.grain = 2.0;
    }),
    ("smeared", |shot, grade, dice| {
        shot.smear = shot.module * grade.of([0.4, 0.9, 1.6]);
        shot.turn = dice.between(-30.0, 30.0);
        shot.grain = 2.0;
    }),
    ("grainy", |shot, grade, dice| {
        shot.grain = grade.of([10.0, 25.0, 50.0]);
        shot.specks = grade.of([0.0, 0.01, 0.05]);
        shot.turn = dice.between(-30.0, 30.0);
    }),
    ("squeezed", |shot, grade, dice| {
        shot.format = Format::Jpeg(grade.of([80.0, 40.0, 12.0]) as u8);
        shot.module = grade.of([6.0, 4.5, 3.5]);
        shot.turn = dice.between(-30.0, 30.0);
    }),
    ("marked", |shot, grade, dice| {
        shot.glare = grade.of([0.03, 0.06, 0.1]);
        shot.cover = grade.of([0.05, 0.1, 0.2]);
        shot.turn = dice.between(-20.0, 20.0);
    }),
    ("mixed", |shot, grade, dice| {
        shot.turn = dice.between(-180.0, 180.0);
        shot.module = grade.of([6.0, 4.5, 3.0]);
        shot.lean = grade.of([0.1, 0.2, 0.35]);
        shot.lean_towards = dice.between(0.0, 360.0);
        shot.bend = grade.of([0.0, 0.02, 0.05]);
        shot.ink = 20.0;
        shot.paper = grade.of([200.0, 130.0, 90.0]);
        shot.shadow = grade.of([0.2, 0.4, 0.6]);
        shot.blur = shot.module * grade.of([0.1, 0.25, 0.4]);
        shot.grain = grade.of([2.0, 5.0, 8.0]);
        shot.format = Format::Jpeg(grade.of([85.0, 70.0, 50.0]) as u8);
    }),
];

/// Pictures of each distortion and grade.
const TAKES: u64 = 6;

/// Every shot with the place of its distortion: 12 × 3 × 6.
pub(crate) fn shots() -> Vec<(usize, Grade, Shot)> {
    let mut shots = Vec::new();
    for (place, (_name, distort)) in DISTORTIONS.iter().enumerate() {
        for grade in GRADES {
            for take in 0..TAKES {
                let seed = (place as u64 * 3 + grade as u64) * TAKES + take;
                let mut dice = Dice::new(seed);
                let mut shot = Shot::neutral(seed);
                distort(&mut shot, grade, &mut dice);
                shots.push((place, grade, shot));
            }
        }
    }
    shots
}
