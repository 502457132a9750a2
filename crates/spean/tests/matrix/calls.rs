//! Calls that come twice, at once or in another order than they were made.

use crate::check::Memory;
use crate::network::Network;
use crate::table::Table;

pub(crate) async fn run(_network: &mut Network, _memory: &mut Memory, _table: &mut Table) {}
