//! Certification: drives a participant's implementation through every case of the callback
//! protocol, as the hub would and as a broken hub or a stranger might, and reports what came back.
//!
//! # Doctrine
//!
//! 1. **The cases are data** (`table`). What is sent, what must come back and why stand in one
//!    row; the runner only obeys the row, and the guide is written from it, so that words and
//!    deeds cannot differ.
//! 2. **Only what the protocol shows is judged**: signed answers and `GET /credits/{id}`. Whether
//!    the shop's own account moved once is for the participant's auditor; a participant that
//!    lies about itself is not found out here.
//! 3. **Cases do not lean on each other.** Each uses ids of its own and ends its undertakings
//!    itself. What they share is the participant's stream of outcomes, which has no other place
//!    to be: a position counts as noted exactly if the participant acknowledged it, rightly or
//!    not, so that one mistake does not fail the cases after it.
//! 4. **Left out is not passed.** A case that lacks something (an account, a code) says what it
//!    needs, and without a mandatory case there is no certificate.
//! 5. **The other side is a stranger**: every call has a deadline, every answer a size, and a
//!    participant that has gone silent is not waited for again and again.
//!
//! The run moves money in the participant's books and uses up positions of its stream, so it is
//! made against a test system whose books can be thrown away.
//!
//! This room knows the wire and what a participant runs, not the hub and not the sandbox: what it
//! asks for follows from the published protocol alone.

pub mod case;
pub mod limits;
pub mod report;
pub mod settings;
pub mod table;

mod judge;
mod line;
mod messages;
mod reasons;
mod run;

pub use report::Report;
pub use run::{Unreachable, certify};
pub use settings::{DynamicCode, Finality, RefundOf, Roles, Scheme, Settings, Shop};
