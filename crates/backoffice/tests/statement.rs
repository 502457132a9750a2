//! Statements of windows, accounts and shops, and the instructions to the settlement bank, over
//! tables that the core's own records filled.

#[cfg(test)]
#[path = "../../switch/tests/story/world.rs"]
#[expect(dead_code, reason = "the story's tests use the rest of the world")]
mod world;

#[cfg(test)]
#[path = "../../switch/tests/operators/people.rs"]
mod people;

#[cfg(test)]
#[path = "../../switch/tests/operators/office.rs"]
#[expect(dead_code, reason = "the operators' tests use the rest of the office")]
mod office;

#[cfg(test)]
#[path = "statement/rig.rs"]
mod rig;

#[cfg(test)]
#[path = "statement/story.rs"]
mod story;

#[cfg(test)]
#[path = "statement/drawn.rs"]
mod drawn;

#[cfg(test)]
#[path = "statement/accounts.rs"]
mod accounts;

#[cfg(test)]
#[path = "statement/shops.rs"]
mod shops;

#[cfg(test)]
#[path = "statement/papers.rs"]
mod papers;

#[cfg(test)]
#[path = "statement/payouts.rs"]
mod payouts;
