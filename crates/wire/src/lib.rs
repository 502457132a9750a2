//! What Spean says to the world and how it is signed: JSON types, the error catalogue, request
//! signatures, quote and scan tokens, receipts. The room is pure: the caller brings the bytes, the
//! time and the nonce. It must not know the core (`money`, `ledger`, `switch`): wire types are
//! converted by hand in `server` and `participant`, so that a change inside never changes the wire
//! by accident.

pub mod limits;

pub mod api;

pub mod error;
pub mod json;

pub mod keys;
pub mod receipt;
pub mod signature;
pub mod token;
pub mod webhook;

mod encoding;
