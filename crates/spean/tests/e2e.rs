//! The real binary, real processes, real files: what a new user and an auditor would see.

#[cfg(test)]
#[path = "e2e/disk.rs"]
mod disk;

#[cfg(test)]
#[path = "e2e/certify.rs"]
mod certify;

#[cfg(test)]
#[path = "e2e/bakong.rs"]
mod bakong;

#[cfg(test)]
#[path = "e2e/bindings.rs"]
mod bindings;

#[cfg(test)]
#[path = "e2e/history.rs"]
mod history;

#[cfg(test)]
#[path = "e2e/network.rs"]
mod network;

#[cfg(test)]
#[path = "e2e/once.rs"]
mod once;

#[cfg(test)]
#[path = "e2e/operators.rs"]
mod operators;

#[cfg(test)]
#[path = "e2e/pictures.rs"]
mod pictures;

#[cfg(test)]
#[path = "e2e/qr.rs"]
mod qr;

#[cfg(test)]
#[path = "e2e/report.rs"]
mod report;

#[cfg(test)]
#[path = "e2e/settlement.rs"]
mod settlement;

#[cfg(test)]
#[path = "e2e/stays_up.rs"]
mod stays_up;

#[cfg(test)]
#[path = "e2e/tells.rs"]
mod tells;
