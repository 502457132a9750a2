//! What is written is read back as it was.

use super::draw::{Dice, messages};
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

/// A byte changed, a piece lost, a piece said twice, or two pieces swapped.
fn spoil(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let from = dice.below(bytes.len());
    let to = (from + 1 + dice.below(200)).min(bytes.len());
    let piece: Vec<u8> = bytes[from..to].to_vec();
    match dice.below(4) {
        0 => bytes[from] = *dice.pick(b"<>/&;\"= 0A\x00\xFF-!?["),
        1 => drop(bytes.drain(from..to)),
        2 => drop(bytes.splice(from..from, piece)),
        _ => {
            let at = dice.below(bytes.len());
            drop(bytes.splice(at..at, piece));
        }
    }
}

#[test]
fn what_is_read_of_a_spoilt_message_can_be_written_and_read_again() {
    let dice = &mut Dice::new(2_026);
    let (mut read, mut refused) = (0, 0);
    for message in messages(5) {
        let xml = message.to_xml().unwrap();
        for _ in 0..250 {
            let mut bytes = xml.clone().into_bytes();
            for _ in 0..1 + dice.below(2) {
                spoil(&mut bytes, dice);
            }
            let Ok(message) = Message::read_bytes(&bytes) else {
                refused += 1;
                continue;
            };
            read += 1;
            let again = message.to_xml().unwrap();
            assert_eq!(Message::read_bytes(again.as_bytes()), Ok(message));
        }
    }
    assert!(read > 100 && refused > 1_000, "{read} {refused}");
}
