//! Webhooks: where a participant wants to be notified of its outcomes. Only the registration is a
//! fact; how far the notifying got is not, because losing it costs a repetition and nothing else.

use crate::limits::{
    WEBHOOK_DESCRIPTION_CHARS_MAX, WEBHOOK_ID_CHARS_MAX, WEBHOOK_URL_BYTES_MAX, WEBHOOKS_MAX,
};
use crate::{Decision, ParticipantId, Record, Refusal, Reply, Stamp, Switch};

/// What a participant asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookSettings {
    /// Who is notified.
    pub participant: ParticipantId,
    /// The name that the participant gave it: small letters, digits and hyphens.
    pub id: String,
    /// Where it is notified.
    pub url: String,
    /// For people; may be empty.
    pub description: String,
    /// Whether it is notified now. While it is not, events wait and nothing is lost.
    pub is_active: bool,
}

/// A webhook as it is registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// What was asked for.
    pub settings: WebhookSettings,
    /// One more with every change.
    pub version: u32,
    /// Outcomes behind this position of the participant's stream are notified.
    pub from_position: u64,
    /// When it was registered: one that was removed and comes again is another one.
    pub created: Stamp,
    /// When it changed last.
    pub changed: Stamp,
}

impl Switch {
    /// A participant's webhook by its name.
    pub fn webhook(&self, participant: ParticipantId, id: &str) -> Option<&Webhook> {
        self.webhooks_of(participant)
            .find(|webhook| webhook.settings.id == id)
    }

    /// A participant's webhooks, by name.
    pub fn webhooks_of(&self, participant: ParticipantId) -> impl Iterator<Item = &Webhook> {
        let from = (participant, String::new());
        self.webhooks
            .range(from..)
            .take_while(move |((owner, _), _)| *owner == participant)
            .map(|(_, webhook)| webhook)
    }

    /// Every webhook, by participant and name.
    pub fn webhooks(&self) -> impl Iterator<Item = &Webhook> {
        self.webhooks.values()
    }

    /// `only_version` makes the change only if nobody changed the webhook since that version: the
    /// hub switches off the address that it called, never one that was set meanwhile.
    pub(crate) fn decide_webhook(
        &self,
        settings: &WebhookSettings,
        only_version: Option<u32>,
    ) -> Decision {
        let participant = settings.participant;
        if self.participant(participant).is_none() || !is_sound(settings) {
            return Decision::no(Refusal::PolicyInvalid);
        }
        let known = self.webhook(participant, &settings.id);
        let is_same = known.is_some_and(|known| known.settings == *settings);
        let is_late = only_version.is_some() && only_version != known.map(|known| known.version);
        if is_same || is_late {
            return Decision::answer(Reply::Done);
        }
        let is_full = self.webhooks_of(participant).count() >= WEBHOOKS_MAX;
        let next = known.map_or(Some(1), |known| known.version.checked_add(1));
        let Some(version) = next.filter(|_| known.is_some() || !is_full) else {
            return Decision::no(Refusal::OursFull);
        };
        // A new one begins with what comes next; what was before can be replayed.
        let (_, last) = self.stream_of(participant);
        let record = Record::WebhookSet {
            settings: settings.clone(),
            version,
            from_position: known.map_or(last, |known| known.from_position),
        };
        Decision::of(vec![record], Reply::Done)
    }

    pub(crate) fn decide_webhook_removal(&self, participant: ParticipantId, id: &str) -> Decision {
        if self.webhook(participant, id).is_none() {
            return Decision::no(Refusal::PayeeNotParty);
        }
        let id = id.to_owned();
        Decision::of(
            vec![Record::WebhookRemoved { participant, id }],
            Reply::Done,
        )
    }

    pub(crate) fn set_webhook(
        &mut self,
        stamp: Stamp,
        settings: &WebhookSettings,
        version: u32,
        from_position: u64,
    ) {
        let key = (settings.participant, settings.id.clone());
        let created = self.webhooks.get(&key).map_or(stamp, |known| known.created);
        let webhook = Webhook {
            settings: settings.clone(),
            version,
            from_position,
            created,
            changed: stamp,
        };
        self.webhooks.insert(key, webhook);
    }

    pub(crate) fn remove_webhook(&mut self, participant: ParticipantId, id: &str) {
        self.webhooks.remove(&(participant, id.to_owned()));
    }
}

/// What an address may be is the border's to say: it knows the network. Here it is only bounded.
fn is_sound(settings: &WebhookSettings) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let id = &settings.id;
    let id_ok = !id.is_empty() && id.len() <= WEBHOOK_ID_CHARS_MAX && id.chars().all(plain);
    let url_ok = !settings.url.is_empty() && settings.url.len() <= WEBHOOK_URL_BYTES_MAX;
    id_ok && url_ok && settings.description.chars().count() <= WEBHOOK_DESCRIPTION_CHARS_MAX
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Finality, Input, Participant, Role, Time};

    const ONE: ParticipantId = ParticipantId(0);
    const OTHER: ParticipantId = ParticipantId(1);

    fn give(switch: &mut Switch, seq: u64, input: &Input) -> Result<usize, Refusal> {
        let decision = switch.decide(Time(1), input);
        let now = Time(1);
        for record in &decision.records {
            switch.apply(Stamp { seq, now }, record);
        }
        decision.reply.map(|_done| decision.records.len())
    }

    fn network() -> Switch {
        let mut switch = Switch::default();
        for (seq, name) in (1..).zip(["acleda", "netstars"]) {
            let participant = Participant {
                name: name.into(),
                scheme: "KHQR".into(),
                roles: vec![Role::Payer],
                finality: Finality::Confirm,
                keys: Vec::new(),
                callback_url: String::new(),
                banks: Vec::new(),
                is_active: true,
            };
            give(&mut switch, seq, &Input::SetParticipant(participant)).unwrap();
        }
        switch
    }

    fn settings(participant: ParticipantId, id: &str, url: &str) -> WebhookSettings {
        WebhookSettings {
            participant,
            id: id.into(),
            url: url.into(),
            description: String::new(),
            is_active: true,
        }
    }

    fn set(settings: WebhookSettings) -> Input {
        Input::SetWebhook {
            settings,
            only_version: None,
        }
    }

    fn shown(switch: &Switch) -> Vec<String> {
        let one = |webhook: &Webhook| {
            let Webhook {
                settings,
                version,
                created,
                ..
            } = webhook;
            let WebhookSettings {
                participant,
                id,
                url,
                is_active,
                ..
            } = settings;
            let who = participant.0;
            let since = created.seq;
            format!("{who} {id} {url} {is_active} version {version} since {since}")
        };
        switch.webhooks().map(one).collect()
    }

    #[test]
    fn a_webhook_is_set_changed_removed_and_belongs_to_one_participant() {
        let mut switch = network();
        let first = settings(ONE, "paid", "http://a");
        assert_eq!(give(&mut switch, 3, &set(first.clone())), Ok(1));
        assert_eq!(give(&mut switch, 4, &set(first.clone())), Ok(0));
        let theirs = settings(OTHER, "paid", "http://c");
        assert_eq!(give(&mut switch, 5, &set(theirs)), Ok(1));
        let moved = settings(ONE, "paid", "http://b");
        assert_eq!(give(&mut switch, 6, &set(moved)), Ok(1));
        let off = WebhookSettings {
            is_active: false,
            ..first
        };
        // Who called the address of version 1 does not switch off that of version 2.
        let late = Input::SetWebhook {
            settings: off,
            only_version: Some(1),
        };
        assert_eq!(give(&mut switch, 7, &late), Ok(0));
        assert_eq!(
            shown(&switch),
            [
                "0 paid http://b true version 2 since 3",
                "1 paid http://c true version 1 since 5"
            ]
        );
        let restored = Switch::restore(switch.snapshot());
        assert_eq!(shown(&restored), shown(&switch));
        let remove = Input::RemoveWebhook {
            participant: ONE,
            id: "paid".into(),
        };
        assert_eq!(give(&mut switch, 8, &remove), Ok(1));
        assert_eq!(give(&mut switch, 9, &remove), Err(Refusal::PayeeNotParty));
        let again = settings(ONE, "paid", "http://b");
        assert_eq!(give(&mut switch, 10, &set(again)), Ok(1));
        assert_eq!(
            shown(&switch),
            [
                "0 paid http://b true version 1 since 10",
                "1 paid http://c true version 1 since 5"
            ]
        );
    }

    #[test]
    fn webhooks_are_bounded_in_number_and_form() {
        let mut switch = network();
        for number in 0..WEBHOOKS_MAX {
            let one = settings(ONE, &format!("w{number}"), "http://a");
            assert_eq!(give(&mut switch, 3, &set(one)), Ok(1));
        }
        let ninth = set(settings(ONE, "ninth", "http://a"));
        assert_eq!(give(&mut switch, 4, &ninth), Err(Refusal::OursFull));
        let changed = set(settings(ONE, "w0", "http://b"));
        assert_eq!(give(&mut switch, 4, &changed), Ok(1));
        let long = "x".repeat(WEBHOOK_ID_CHARS_MAX + 1);
        for id in ["", "Paid", "a b", "é", "a/b", "a_b", &long] {
            let wrong = set(settings(OTHER, id, "http://a"));
            let refused = give(&mut switch, 5, &wrong);
            assert_eq!(refused, Err(Refusal::PolicyInvalid), "{id}");
        }
        let endless = format!("http://{}", "x".repeat(WEBHOOK_URL_BYTES_MAX));
        for (who, url) in [
            (OTHER, ""),
            (OTHER, &endless),
            (ParticipantId(9), "http://a"),
        ] {
            let wrong = set(settings(who, "w", url));
            assert_eq!(give(&mut switch, 5, &wrong), Err(Refusal::PolicyInvalid));
        }
        assert_eq!(switch.webhooks().count(), WEBHOOKS_MAX);
    }
}
