//! What a back office does with what happened: figures for the authorities.
//!
//! It reads the projection's tables and nothing else of the hub: what it says can be made again
//! by whoever holds the tables, and the tables by whoever holds the journal. It moves no money,
//! decides nothing, and has no clock: whoever asks says for which days.

pub mod report;
