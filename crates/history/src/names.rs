//! Who makes keys and pseudonyms: the sandbox's own key folder and vault, or a seed.

use switch::{ParticipantId, PayerKey, ShopKey};

use crate::HistoryError;
use crate::dice::Dice;

/// What a history needs to know of the folder that it is written into.
pub trait Names {
    /// A participant's public keys.
    ///
    /// # Errors
    /// [`HistoryError::Names`].
    fn keys(&self, participant: &str) -> Result<Vec<[u8; 32]>, HistoryError>;

    /// Where its callbacks are; empty if it has none.
    fn callback_url(&self, participant: &str) -> String;

    /// The pseudonym of a payer's account.
    ///
    /// # Errors
    /// [`HistoryError::Names`].
    fn payer(&self, participant: ParticipantId, account: &str) -> Result<PayerKey, HistoryError>;

    /// The pseudonym of a shop, by its store id or account.
    ///
    /// # Errors
    /// [`HistoryError::Names`].
    fn shop(&self, participant: ParticipantId, shop: &str) -> Result<ShopKey, HistoryError>;
}

/// Names that follow from a seed, for histories that nobody runs a hub on.
#[derive(Clone, Copy, Debug)]
pub struct SeededNames(pub u64);

impl SeededNames {
    fn of(self, purpose: &str, participant: ParticipantId, name: &str) -> Dice {
        let purpose = format!("{purpose}/{name}");
        Dice::of(self.0, &purpose, u64::from(participant.0))
    }
}

impl Names for SeededNames {
    fn keys(&self, participant: &str) -> Result<Vec<[u8; 32]>, HistoryError> {
        Ok(vec![self.of("key", ParticipantId(0), participant).bytes()])
    }

    fn callback_url(&self, _participant: &str) -> String {
        String::new()
    }

    fn payer(&self, participant: ParticipantId, account: &str) -> Result<PayerKey, HistoryError> {
        Ok(PayerKey(self.of("payer", participant, account).wide()))
    }

    fn shop(&self, participant: ParticipantId, shop: &str) -> Result<ShopKey, HistoryError> {
        Ok(ShopKey(self.of("shop", participant, shop).wide()))
    }
}
