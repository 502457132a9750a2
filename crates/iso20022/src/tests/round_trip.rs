//! What is written is read back as it was.

use super::draw::messages;
use crate::{Message, Version};

#[test]
fn every_message_is_read_back_as_it_was_written() {
    for seed in 0..60 {
        let all = messages(seed);
        let mut versions: Vec<Version> = all.iter().map(Message::version).collect();
        versions.sort_unstable();
        assert_eq!(versions, Version::ALL);
        for message in all {
            let name = message.version().name();
            let xml = message
                .to_xml()
                .unwrap_or_else(|error| panic!("{seed} {name} {error}"));
            let back = Message::read_bytes(xml.as_bytes());
            let back = back.unwrap_or_else(|error| panic!("{seed} {name} {error}\n{xml}"));
            assert_eq!(back, message, "{seed} {name}\n{xml}");
        }
    }
}
