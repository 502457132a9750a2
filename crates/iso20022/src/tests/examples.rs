//! One message of each kind, as the story tells it.

use crate::Message;

pub(super) fn examples() -> Vec<Message> {
    Vec::new()
}
