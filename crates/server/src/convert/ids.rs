//! Ids of payments and refunds: lower-case UUIDv4, in one spelling.

use switch::ItemId;
use uuid::{Uuid, Variant, Version};
use wire::error::{Code, Problem};

/// An id in the one spelling that the interface knows.
pub(crate) fn item_id(text: &str) -> Option<ItemId> {
    let id = Uuid::try_parse(text).ok()?;
    let is_random =
        id.get_version() == Some(Version::Random) && id.get_variant() == Variant::RFC4122;
    (is_random && uuid_text(ItemId(id.as_u128())) == text).then_some(ItemId(id.as_u128()))
}

/// A payment's id in the body of a request.
pub(crate) fn payment_id(text: &str, field: &str) -> Result<ItemId, Problem> {
    item_id(text).ok_or_else(|| Problem::new(Code::PaymentIdMalformed).with_field(field))
}

/// A refund's id in the body of a request.
pub(crate) fn refund_id(text: &str, field: &str) -> Result<ItemId, Problem> {
    let problem = || {
        let problem = Problem::new(Code::InvalidField).with_field(field);
        problem.with_detail("a refund id is a random UUIDv4 in lower case")
    };
    item_id(text).ok_or_else(problem)
}

pub(crate) fn uuid_text(id: ItemId) -> String {
    Uuid::from_u128(id.0).hyphenated().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let good = "4dfc7a3e-1b1c-4f0a-9d7e-2f1f0d3c5b6a";
        assert_eq!(item_id(good).map(uuid_text).as_deref(), Some(good));
        for bad in [
            "",
            "4DFC7A3E-1B1C-4F0A-9D7E-2F1F0D3C5B6A",
            "4dfc7a3e1b1c4f0a9d7e2f1f0d3c5b6a",
            "{4dfc7a3e-1b1c-4f0a-9d7e-2f1f0d3c5b6a}",
            "urn:uuid:4dfc7a3e-1b1c-4f0a-9d7e-2f1f0d3c5b6a",
            "4dfc7a3e-1b1c-1f0a-9d7e-2f1f0d3c5b6a",
            "4dfc7a3e-1b1c-4f0a-0d7e-2f1f0d3c5b6a",
            "4dfc7a3e-1b1c-4f0a-9d7e-2f1f0d3c5b6",
            "00000000-0000-0000-0000-000000000000",
        ] {
            assert_eq!(item_id(bad), None, "{bad}");
        }
    }
}
