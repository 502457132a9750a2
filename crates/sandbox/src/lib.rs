//! Simulated institutions of the link on real HTTP: two Cambodian banks on a simulated Bakong, the
//! Japanese switch with its shops and wallets, FX providers. Each has its own books in its own
//! file, its own key, and speaks to the hub only as any participant does; everything that it shows
//! says "simulated". The room must not know the hub's insides.

pub mod bakong;
pub mod desk;
pub mod faults;
pub mod institution;
pub mod settlement_bank;
pub mod story;

mod codes;
mod domestic;
mod ledger;
mod legs;
mod limits;
mod outcomes;
mod payee;
mod payer;
mod refunds;
mod site;
mod text;
mod trouble;
mod world;

#[cfg(test)]
mod testing;

pub use site::{Kind, StandingRate, standing_rates};
pub use trouble::Fault;
