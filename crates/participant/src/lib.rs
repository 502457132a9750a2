//! What a connected institution runs: a signed client of the hub's interface, the endpoints that
//! the hub calls, and the few functions that touch the world (clock, randomness). It must not
//! know the hub's insides: everything here follows from the JSON types and signatures of `wire`,
//! so that an institution can be written in any language from the same pages.

pub mod callbacks;
pub mod edge;
pub mod events;
pub mod http;
pub mod hub;
pub mod limits;
