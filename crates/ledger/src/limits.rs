//! Every bound of the ledger, with the arithmetic that chose it.

/// Room for accounts that is not worth giving back: at 112 bytes each, 64 are 7 kB, less
/// than the accounts of ten participants in one currency.
pub(crate) const ROOM_KEPT: usize = 64;
