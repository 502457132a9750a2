//! Tests that look inside: messages are drawn at random by what their parts say of themselves.

mod draw;
mod external;
mod foreign;
mod round_trip;
mod values;

pub(crate) use draw::{Dice, Draw, drawn};
