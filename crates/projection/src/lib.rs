//! The encoding of records, and the tables for people that are derived from them.
//!
//! The encoding is the project's longest promise: every journal ever written must be read by
//! every later build. So it is written by hand, field by field, with a version byte in front and
//! golden files of every record. The tables are a pure function of the records and can be
//! thrown away at any time.
//!
//! Must not know: appending.

mod bytes;
mod codec;
mod home;
mod movements;
mod projector;
mod tables;
mod window_legs;

pub use bytes::Corrupt;
pub use codec::{BATCH_VERSION, BatchWriter, decode, decode_snapshot, encode_snapshot};
pub use home::{Home, MemoryTables};
pub use movements::Movement;
pub use projector::{OutcomeRow, Projector, Rows};
pub use tables::{
    Ask, Funds, ItemRow, ListOf, MovementRow, Past, PastItem, Place, SavedSnapshot, ShopAsk,
    ShopItem, ShopSum, TABLES_LAYOUT, Tables, TablesError, Until, WindowAsk,
};
pub use window_legs::{LegSource, WindowLeg};
