//! Events: entries of a participant's outcome stream, as that participant may see them.

use projection::OutcomeRow;
use switch::{Kind, ParticipantId, State};
use wire::api::{Event, EventType, Outcome};
use wire::error::{Code, Problem};
use wire::webhook::ID_PREFIX;

use crate::calls::outcome_view;
use crate::hub::{Hub, hidden};
use crate::view::Seen;

/// What an attempt to deliver an event is called, the same in every attempt.
pub(crate) fn event_id(participant: &str, webhook: &str, created: u64, position: u64) -> String {
    format!("{ID_PREFIX}{participant}_{webhook}_{created}_{position}")
}

impl Hub {
    /// A participant's events behind a position, in order; fewer than `most` only if there are no
    /// more in the tables.
    pub(crate) async fn events_after(
        &self,
        who: ParticipantId,
        position: u64,
        most: u16,
    ) -> Result<Vec<Event>, Problem> {
        let rows = self.blocking(move |hub| {
            let rows = hub
                .shared()
                .tables
                .look(|tables| tables.outcomes_after(who, position, most));
            rows.map_err(|error| hidden("read the projection", &error, Code::Internal))
        });
        let seen = self.seen_outcomes(rows.await?).await?;
        self.blocking(move |hub| {
            let events = seen.iter().map(|(position, seen)| {
                let outcome = outcome_view(hub, who, *position, seen)?;
                Ok(event(seen, outcome))
            });
            events.collect()
        })
        .await
    }

    /// The event at a position, which the tables show already.
    pub(crate) async fn event_at(
        &self,
        who: ParticipantId,
        position: u64,
    ) -> Result<Event, Problem> {
        let events = self.events_after(who, position.saturating_sub(1), 1);
        let event = events.await?.pop();
        event
            .filter(|event| event.data.outcome_sequence == position)
            .ok_or_else(|| {
                tracing::error!(position, "an outcome is not in the tables");
                Problem::new(Code::Internal)
            })
    }

    /// The items behind rows of a stream: from memory in one look, and those that have left it
    /// from the tables in another.
    async fn seen_outcomes(&self, rows: Vec<OutcomeRow>) -> Result<Vec<(u64, Seen)>, Problem> {
        let looked = self.read(move |view| {
            let one = |row: OutcomeRow| (row, Seen::of(view, row.item));
            rows.into_iter().map(one).collect::<Vec<_>>()
        });
        let looked = looked.await?;
        let left = looked.iter().filter(|(_, seen)| seen.is_none());
        let past = self
            .all_seen(left.map(|(row, _)| row.item).collect())
            .await?;
        let found = looked.into_iter().map(|(row, seen)| {
            let seen = seen.or_else(|| past.get(&row.item).cloned());
            seen.map(|seen| (row.position, seen))
        });
        found.collect::<Option<Vec<_>>>().ok_or_else(|| {
            tracing::error!("an item with an outcome is nowhere");
            Problem::new(Code::Internal)
        })
    }

    /// Where a position of a participant's stream was decided, once the tables show it; blocks.
    pub(crate) fn outcome_row(
        &self,
        who: ParticipantId,
        position: u64,
    ) -> Result<Option<OutcomeRow>, Problem> {
        let before = position.saturating_sub(1);
        let tables = &self.shared().tables;
        let rows = tables.look(|tables| tables.outcomes_after(who, before, 1));
        let rows = rows.map_err(|error| hidden("read the projection", &error, Code::Internal))?;
        Ok(rows.into_iter().find(|row| row.position == position))
    }
}

fn event(seen: &Seen, data: Outcome) -> Event {
    let is_completed = seen.item.state == State::Completed;
    let kind = match (seen.item.kind, is_completed) {
        (Kind::Payment, true) => EventType::PaymentCompleted,
        (Kind::Payment, false) => EventType::PaymentCancelled,
        (Kind::Refund { .. }, true) => EventType::RefundCompleted,
        (Kind::Refund { .. }, false) => EventType::RefundCancelled,
    };
    Event {
        kind,
        timestamp: data.decided_at.clone(),
        is_replay: false,
        data,
    }
}

/// The type as the wire writes it.
pub(super) fn type_text(kind: EventType) -> &'static str {
    match kind {
        EventType::PaymentCompleted => "payment.completed",
        EventType::PaymentCancelled => "payment.cancelled",
        EventType::RefundCompleted => "refund.completed",
        EventType::RefundCancelled => "refund.cancelled",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_written_as_in_json() {
        for kind in [
            EventType::PaymentCompleted,
            EventType::PaymentCancelled,
            EventType::RefundCompleted,
            EventType::RefundCancelled,
        ] {
            assert_eq!(serde_json::to_value(kind).unwrap(), type_text(kind));
        }
    }
}
