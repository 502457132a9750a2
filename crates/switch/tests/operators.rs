//! What two operators can do, on the pure core: actions, liquidity, rail stops, breaks,
//! suspensions, and that nothing is open without an owner and a deadline.

#[cfg(test)]
#[path = "story/world.rs"]
#[expect(dead_code, reason = "the story's tests use the rest of the world")]
mod world;

#[cfg(test)]
#[path = "operators/people.rs"]
mod people;

#[cfg(test)]
#[path = "operators/office.rs"]
mod office;

#[cfg(test)]
#[path = "operators/actions.rs"]
mod actions;

#[cfg(test)]
#[path = "operators/breaks.rs"]
mod breaks;

#[cfg(test)]
#[path = "operators/open.rs"]
mod open;

#[cfg(test)]
#[path = "operators/settlement.rs"]
mod settlement;

#[cfg(test)]
#[path = "operators/payouts.rs"]
mod payouts;
