//! Every bound of the ledger, with the arithmetic that chose it.

/// Room for accounts that is not worth giving back: at 112 bytes each, 1,024 are 115 kB.
pub(crate) const ROOM_KEPT: usize = 1_024;
