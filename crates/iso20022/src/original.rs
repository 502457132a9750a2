//! What a message says about an earlier one.

use crate::reason::{GroupStatus, ReasonInfo};
use crate::value::{IsoTime, MessageId, Text};
use crate::xml::part;

part! {
    /// The message in which a payment came.
    pub struct OriginalMessage {
        /// Its id.
        message: one MessageId = "OrgnlMsgId",
        /// Its kind, as `pacs.008.001.09`.
        kind: one Text<35> = "OrgnlMsgNmId",
        /// When it was made.
        created: opt IsoTime = "OrgnlCreDtTm",
    }
}

part! {
    /// A message as a whole, and how far it got.
    pub struct OriginalGroup {
        /// Its id.
        message: one MessageId = "OrgnlMsgId",
        /// Its kind, as `pain.001.001.10`.
        kind: one Text<35> = "OrgnlMsgNmId",
        /// When it was made.
        created: opt IsoTime = "OrgnlCreDtTm",
        /// How far it got.
        status: opt GroupStatus = "GrpSts",
        /// Why.
        reasons: many ReasonInfo = "StsRsnInf",
    }
}
