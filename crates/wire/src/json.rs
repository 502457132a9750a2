//! Strict reading of hostile JSON.
//!
//! Reading goes in two steps. The first turns bytes into a tree and refuses whatever two readers
//! could understand differently or what costs more than it should: size, depth, repeated members
//! anywhere, broken UTF-8, anything after the value. The second fills a type from the tree with an
//! error type of our own, so that "unknown member" and "missing member" are told apart by type,
//! never by the text of a message, and no name of a Rust type reaches the other side.
//!
//! Types that are read this way carry `deny_unknown_fields`; amounts are strings in them, so no
//! number of the body is ever money.

use serde::de::DeserializeOwned;

use crate::error::{Code, Problem};
use crate::limits;

mod fill;
mod path;
mod tree;

/// How much one body may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub bytes_max: usize,
    pub depth_max: usize,
}

impl Limits {
    /// What every operation of the API allows.
    pub const BODY: Limits = Limits {
        bytes_max: limits::BODY_BYTES_MAX,
        depth_max: limits::JSON_DEPTH_MAX,
    };
}

/// Reads one value, or says what is wrong with it and where.
pub fn parse<T: DeserializeOwned>(bytes: &[u8], limits: Limits) -> Result<T, Problem> {
    if bytes.len() > limits.bytes_max {
        let detail = format!("more than {} bytes", limits.bytes_max);
        return Err(Problem::new(Code::BodyTooLarge).with_detail(detail));
    }
    fill::fill(tree::read(bytes, limits.depth_max)?)
}

#[cfg(test)]
mod tests;
