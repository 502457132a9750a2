//! The runner against a participant of our own that can be wrong in one way at a time: a right one
//! passes everything, and a wrong one fails exactly the cases that it should.

#[cfg(test)]
#[path = "certify/books.rs"]
mod books;
#[cfg(test)]
#[path = "certify/double.rs"]
mod double;
#[cfg(test)]
#[path = "certify/expected.rs"]
mod expected;
#[cfg(test)]
#[path = "certify/reports.rs"]
mod reports;
#[cfg(test)]
#[path = "certify/wrong.rs"]
mod wrong;
