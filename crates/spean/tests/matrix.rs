//! The fault matrix: the whole network as real processes over HTTP, with clocks that are moved by
//! hand, faults on demand and crash points; after every case, what everybody's books say.

#[cfg(test)]
#[path = "matrix/control.rs"]
mod control;

#[cfg(test)]
#[path = "matrix/network.rs"]
mod network;

#[cfg(test)]
#[path = "matrix/flow.rs"]
mod flow;

#[cfg(test)]
#[path = "matrix/books.rs"]
mod books;

#[cfg(test)]
#[path = "matrix/check.rs"]
mod check;

#[cfg(test)]
#[path = "matrix/amounts.rs"]
mod amounts;

#[cfg(test)]
#[path = "matrix/crashes.rs"]
mod crashes;

#[cfg(test)]
#[path = "matrix/calls.rs"]
mod calls;

#[cfg(test)]
#[path = "matrix/rules.rs"]
mod rules;

#[cfg(test)]
#[path = "matrix/table.rs"]
mod table;

#[cfg(test)]
#[path = "matrix/supervised.rs"]
mod supervised;

#[cfg(test)]
#[path = "matrix/run.rs"]
mod run;
