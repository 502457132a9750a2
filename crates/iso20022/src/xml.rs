//! XML as the messages use it, on quick-xml's events: elements with text, no attribute but the
//! currency of an amount, no document type, no entities.
//!
//! A message is a tree of parts. What a part is made of is said once, in [`part!`] and
//! [`choice!`], and read, written and (in tests) drawn at random from there, so that reading and
//! writing cannot drift apart. A field names the path from its part to its element
//! (`PmtId/UETR`), so that elements which only hold others need no type. Fields stand in the order
//! of the schema, because writing follows it; reading takes any order.

mod gate;
mod input;
mod output;
mod part;

pub(crate) use input::Input;
pub(crate) use output::Output;
pub(crate) use part::{Leaf, Part, choice, closed, codes, give, held, keep, part, put, slot};
pub(crate) use part::{must, put_boxed, put_list, put_one};
