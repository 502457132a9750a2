//! Photographs of our own codes, taken by a camera of our own, read back; and pictures that no
//! honest camera takes.

#![expect(clippy::as_conversions, reason = "a camera made of numbers")]

#[cfg(test)]
#[path = "photographs/camera.rs"]
mod camera;
#[cfg(test)]
#[path = "photographs/codes.rs"]
mod codes;
#[cfg(test)]
#[path = "photographs/corpus.rs"]
mod corpus;
#[cfg(test)]
#[path = "photographs/dice.rs"]
mod dice;
#[cfg(test)]
#[path = "photographs/kinds.rs"]
mod kinds;
#[cfg(test)]
#[path = "photographs/patience.rs"]
mod patience;
#[cfg(test)]
#[path = "photographs/rates.rs"]
mod rates;
