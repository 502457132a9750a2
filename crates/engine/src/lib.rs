//! The one writer: it drains what waits, decides, appends once, and only then lets anything out.
//!
//! [`Writer`] is sans-IO but for the journal it is given: batches, time and calls from state are
//! plain functions, so that a simulation can run the very same code in one thread. [`Engine`] is
//! the thin shell: a thread, a bounded queue and a clock.
//!
//! Must not know: axum, HTML.

mod audit;
pub mod calls;
mod chase;
mod fingerprint;
mod follow;
pub mod limits;
mod replay;
pub mod request;
mod resume;
mod shell;
mod steady;
mod vault;
mod work;
mod writer;

pub use audit::{AuditError, AuditReport, audit};
pub use chase::Chase;
pub use fingerprint::state_hash;
pub use follow::{CaughtUp, FollowError, Follower, Progress, rebuild};
pub use replay::ReplayError;
pub use resume::{NoSnapshots, Resume, Snapshots, TableSnapshots, read as resume_from};
pub use shell::{Busy, Clock, Engine, Hook, SystemClock};
pub use steady::Steady;
pub use vault::{Vault, VaultError};
pub use work::{Answer, BatchReport, No, Respond, View, Work};
pub use writer::{OpenError, Writer};
