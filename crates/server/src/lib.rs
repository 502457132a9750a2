//! The hub's face to the world: routes, who may use them, and the calls that the hub itself makes
//! to participants. It turns texts into the core's types and back, by hand, so that nothing of
//! the inside becomes a promise by accident; it decides nothing about payments. It must not know
//! the drivers of databases: the journal and the projection are rooms of their own.

mod iso;
pub mod limits;
mod papers;
mod past;

mod start;

mod serve;

#[cfg(feature = "failpoints")]
mod control;

mod router;

mod openapi;

mod docs;

mod gate;

mod action;

mod api;

mod calls;

mod convert;

mod scan;

mod ticket;

mod view;

mod evidence;

mod notify;

mod hub;

pub use hub::Hub;
pub use notify::{NotifyError, NotifySettings, Targets};
pub use openapi::document as openapi;
pub use router::router;
pub use serve::serve;
pub use start::{Config, Running, StartError, start};
pub use telling::Schedule;
