//! A whole hub in this process, with fake institutions on loopback and everything signed.

#[cfg(test)]
#[path = "http/bad_input.rs"]
mod bad_input;
#[cfg(test)]
#[path = "http/ear.rs"]
mod ear;
#[cfg(test)]
#[path = "http/events.rs"]
mod events;
#[cfg(test)]
#[path = "http/fake.rs"]
mod fake;
#[cfg(test)]
#[path = "http/figures.rs"]
mod figures;
#[cfg(test)]
#[path = "http/gate.rs"]
mod gate;
#[cfg(test)]
#[path = "http/leaving.rs"]
mod leaving;
#[cfg(test)]
#[path = "http/messages.rs"]
mod messages;
#[cfg(test)]
#[path = "http/operators.rs"]
mod operators;
#[cfg(test)]
#[path = "http/settlement.rs"]
mod settlement;
#[cfg(test)]
#[path = "http/statements.rs"]
mod statements;
#[cfg(test)]
#[path = "http/story.rs"]
mod story;
#[cfg(test)]
#[path = "http/tls.rs"]
mod tls;
#[cfg(test)]
#[path = "http/webhooks.rs"]
mod webhooks;
#[cfg(test)]
#[path = "http/world.rs"]
mod world;
