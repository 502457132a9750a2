//! Statements that we write: of a participant's net in a window, of its liquidity, of an
//! acquirer's shops.
//!
//! # Doctrine
//!
//! 1. **Every line is one leg or one movement that the projection holds**, with the payment that
//!    it came from. Nothing is made up to make a sum come out.
//! 2. **Opening + lines = closing, or there is no statement.** The closing balance comes from
//!    another place than the lines: the nets with which the window was closed, the sums that SQL
//!    makes. A difference is [`StatementError::DoesNotAddUp`] and never a line of its own.
//! 3. **First the outline, then the leaves.** A statement may have a million lines, and a page
//!    that left cannot be taken back. So reading an outline adds up everything once and keeps
//!    only where each leaf of [`limits::LEAF_LINES`] lines begins, with the balances there; a page
//!    is read from its place, and must end with the balances at which the next one begins.
//! 4. A closed window changes in one way only: two operators move a participant's part to a later
//!    one. Then its outline is read again; [`WindowStatement::moves`] tells two outlines apart.

mod account;
mod camt;
mod day;
mod error;
mod instruct;
pub mod limits;
mod line;
mod names;
mod paper;
mod shop;
mod table;
mod window;

pub use account::{AccountLine, AccountStatement, AccountSubject, Period};
pub use camt::{camt053_of_account, camt053_of_window};
pub use day::LocalDay;
pub use error::StatementError;
pub use instruct::{instructions_of, payout_reference};
pub use line::{Line, LineKind, decimal, leg_word};
pub use names::Names;
pub use paper::{paper_of_account, paper_of_shops, paper_of_window};
pub use shop::{Fees, ShopLine, ShopStatement, ShopSubject, ShopTotal, shop_text};
pub use table::{csv_of_account, csv_of_shop_totals, csv_of_shops, csv_of_window};
pub use window::{PayoutLine, Settling, Subject, Total, WindowStatement};
