//! The whole table of the life, driven through the core: every state × everything that can
//! happen × both rails, for a payment and for a refund. What the table says happens, and what it
//! does not say does not: not a byte of the state changes.

#[cfg(test)]
#[path = "life/books.rs"]
mod books;
#[cfg(test)]
#[path = "life/scene.rs"]
mod scene;
#[cfg(test)]
#[path = "story/world.rs"]
#[expect(
    dead_code,
    reason = "the story needs more of its network than one item does"
)]
mod world;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use switch::{
        Cause, Event, Kind, Operated, ParticipantId, Reason, Record, Refusal, Reply, Stamp, State,
        StatusReason, Step, Verdict, life,
    };

    use crate::books::{books, held, moved};
    use crate::scene::{Act, Case, ID, Place, Scene};
    use crate::world::{FX1, SATHAPANA, text};

    /// What came of an act.
    struct Seen {
        /// The states that the item went through.
        path: Vec<State>,
        records: Vec<Record>,
        reply: Result<Reply, Refusal>,
    }

    fn act(scene: &mut Scene, act: Act) -> Seen {
        let (records, reply) = match act {
            Act::Record(record) => (vec![record], Ok(Reply::Item(ID))),
            Act::Input(input) => {
                let decision = scene.world.switch.decide(scene.world.now, &input);
                (decision.records, decision.reply)
            }
        };
        let seq = scene.world.records.last().map_or(0, |(stamp, _)| stamp.seq) + 1_000;
        let now = scene.world.now;
        let (mut path, mut state) = (Vec::new(), scene.state());
        for record in &records {
            scene.world.switch.apply(Stamp { seq, now }, record);
            // What is written of operators beside the item moves nothing.
            if let Record::Operated(_) = record {
                assert_eq!(scene.state(), state);
            } else {
                path.push(scene.state());
            }
            state = scene.state();
        }
        scene.world.check();
        Seen {
            path,
            records,
            reply,
        }
    }

    /// The states that the item must go through: reserving and asking are of one batch.
    fn expected_path(case: Case, place: Place, event: Event) -> Vec<State> {
        match life::step(place.state(), event, case.finality) {
            Step::To(State::Reserved) => {
                let asked = life::step(State::Reserved, Event::Ask, case.finality);
                assert_eq!(asked, Step::To(State::Asked));
                vec![State::Reserved, State::Asked]
            }
            Step::To(to) => vec![to],
            Step::Stay | Step::Never => Vec::new(),
        }
    }

    fn expected_cause(event: Event) -> Cause {
        if event == Event::DeadlineCompletes {
            Cause::DoubtExpired
        } else if event == Event::ResolveComplete {
            Cause::Operators
        } else {
            Cause::Accepted
        }
    }

    fn expected_reason(from: State, event: Event) -> Reason {
        match event {
            Event::Reject => Reason::Rejected(StatusReason::NARR),
            Event::Withdraw => Reason::Withdrawn,
            Event::Suspend => Reason::Suspended,
            Event::ResolveCancel => Reason::Operators,
            Event::Deadline | Event::DeadlineCompletes if from == State::Waiting => {
                Reason::NoLiquidity
            }
            Event::Deadline if from == State::InDoubt => Reason::DoubtExpired,
            Event::Deadline | Event::DeadlineCompletes | Event::AcceptLate => Reason::NoAnswer,
            Event::Reserve
            | Event::Refuse
            | Event::Wait
            | Event::Ask
            | Event::Accept
            | Event::ResolveComplete => {
                panic!("{event:?} cancels nothing")
            }
        }
    }

    /// The name of a record, if it is the one that this state is written with.
    fn checked_name(scene: &Scene, event: Event, to: State, record: &Record) -> &'static str {
        let from = scene.place.state();
        let is_payment = scene.case.kind == Kind::Payment;
        match (to, record) {
            (State::Reserved, Record::PaymentReserved(_)) if is_payment => "PaymentReserved",
            (State::Reserved, Record::RefundReserved(_)) if from == State::Unknown => {
                "RefundReserved"
            }
            (State::Reserved, Record::RefundFunded { .. }) => "RefundFunded",
            (State::Waiting, Record::RefundWaiting(_)) => "RefundWaiting",
            (State::Refused, Record::Refused { .. }) => "Refused",
            (State::Cancelled, Record::Forbidden { .. }) if from == State::Unknown => "Forbidden",
            (State::Asked, Record::Asked { id: ID, .. }) => "Asked",
            (State::InDoubt, Record::InDoubt { id: ID, .. }) => "InDoubt",
            (State::Completed, Record::Completed { id: ID, cause, .. }) => {
                assert_eq!(*cause, expected_cause(event));
                "Completed"
            }
            (State::Cancelled, Record::Cancelled { id: ID, reason }) => {
                assert_eq!(*reason, expected_reason(from, event), "{from:?} {event:?}");
                "Cancelled"
            }
            (to, record) => panic!("{from:?} {event:?} to {to:?} wrote {record:?}"),
        }
    }

    /// Who must be told when an item ends: who asked for it, and of the others those whom it had
    /// reached.
    fn expected_told(case: Case, from: State, to: State) -> Vec<ParticipantId> {
        let mut told = Vec::new();
        let ends = to == State::Completed || to == State::Cancelled;
        if ends && from != State::Unknown {
            told.push(case.requester());
            if from == State::Asked || from == State::InDoubt {
                told.push(case.creditor());
            }
            if from.holds_legs() {
                told.push(FX1);
            }
        }
        told.sort_unstable();
        told
    }

    /// One pair of the table; what was seen, for the document, if the table has it.
    fn check_pair(scene: &Scene, event: Event) -> Option<String> {
        let mut scene = scene.clone();
        let (case, place) = (scene.case, scene.place);
        let prepared = scene.prepare(event)?;
        let context = format!("{case:?} {place:?} {event:?}");
        let before = (
            books(&scene.world.switch),
            text(&scene.world.switch),
            scene.told(),
        );
        let seen = act(&mut scene, prepared);
        let path = expected_path(case, place, event);
        assert_eq!(seen.path, path, "{context}");
        let Some(to) = path.last().copied() else {
            assert_eq!(seen.reply, scene.reply_unmoved(event), "{context}");
            if seen.records.is_empty() {
                assert_eq!(text(&scene.world.switch), before.1, "{context}");
            }
            // Going through a suspended participant's items is noted, and that is all.
            assert_eq!(
                seen.records.is_empty(),
                event != Event::Suspend,
                "{context}"
            );
            assert_eq!(books(&scene.world.switch), before.0, "{context}");
            assert_eq!(scene.told(), before.2, "{context}");
            let names = names(&scene, event, &seen);
            let is_row = life::step(place.state(), event, case.finality) == Step::Stay;
            let is_row = is_row && !place.state().is_final();
            return is_row.then(|| format!("{names} | {} | nobody | stays", said(seen.reply)));
        };
        assert_eq!(seen.reply, scene.reply_moved(event, to), "{context}");
        let from = place.state();
        let after = books(&scene.world.switch);
        assert_eq!(after, moved(&before.0, case.kind, from, to), "{context}");
        let told = scene.told();
        let grew = |who: &&ParticipantId| told[*who] == before.2[*who] + 1;
        let grew: Vec<ParticipantId> = told.keys().filter(grew).copied().collect();
        assert_eq!(grew, expected_told(case, from, to), "{context}");
        assert_eq!(
            told.values().sum::<u64>(),
            before.2.values().sum::<u64>() + count(&grew)
        );
        let is_asked = scene.world.switch.asks_of(case.creditor(), 9).contains(&ID);
        assert_eq!(
            is_asked,
            to == State::Asked || to == State::InDoubt,
            "{context}"
        );
        let names = names(&scene, event, &seen);
        let mut roles: Vec<&str> = grew.iter().map(|who| scene.role(*who)).collect();
        roles.sort_unstable_by_key(|role| (*role != "requester", *role));
        let told = if roles.is_empty() {
            "nobody".to_owned()
        } else {
            roles.join(", ")
        };
        let asked = if is_asked { "is asked" } else { "is not asked" };
        let reply = said(seen.reply);
        Some(format!("{names} | {reply} | {told} | {asked}"))
    }

    /// The records by their names, each the one that its state is written with.
    fn names(scene: &Scene, event: Event, seen: &Seen) -> String {
        let mut states = seen.path.iter();
        let name = |record: &Record| {
            let Record::Operated(operated) = record else {
                return checked_name(scene, event, *states.next().unwrap(), record);
            };
            match (event, operated.as_ref()) {
                (Event::Suspend, Operated::Swept { .. }) => "Swept",
                (Event::Deadline | Event::DeadlineCompletes, Operated::RailStopped { .. }) => {
                    "RailStopped"
                }
                (
                    Event::ResolveComplete | Event::ResolveCancel,
                    Operated::ActionApproved { .. },
                ) => "ActionApproved",
                (event, operated) => panic!("{event:?} wrote {operated:?}"),
            }
        };
        let names: Vec<&str> = seen.records.iter().map(name).collect();
        if names.is_empty() {
            return "none".to_owned();
        }
        names.join(", ")
    }

    fn count(list: &[ParticipantId]) -> u64 {
        u64::try_from(list.len()).unwrap()
    }

    fn said(reply: Result<Reply, Refusal>) -> &'static str {
        match reply {
            Ok(Reply::Item(_)) => "the item",
            Ok(Reply::Closed(..)) => "the id is used up",
            Ok(Reply::Ticked(_)) => "no request",
            Ok(Reply::Action(_)) => "the action",
            Ok(other) => panic!("an event was answered with {other:?}"),
            Err(_) => "the refusal",
        }
    }

    /// Strangers to an item change nothing and learn nothing.
    fn check_strangers(scene: &Scene) {
        let (case, place) = (scene.case, scene.place);
        if !place.is_item() {
            return;
        }
        let verdicts = [Verdict::Accepted, Verdict::Rejected(StatusReason::NARR)];
        let mut attempts = vec![(scene.cancel(SATHAPANA), Refusal::PayerIdInUse)];
        for who in [SATHAPANA, FX1, case.requester()] {
            let answers = verdicts.map(|verdict| scene.answer(who, verdict));
            attempts.extend(answers.map(|answer| (answer, Refusal::PayeeNotParty)));
        }
        for who in [FX1, case.creditor()] {
            attempts.push((scene.cancel(who), Refusal::PayerIdInUse));
        }
        for (input, refusal) in attempts {
            let decision = scene.world.switch.decide(scene.world.now, &input);
            assert_eq!(decision.reply, Err(refusal), "{case:?} {place:?} {input:?}");
            assert_eq!(decision.records, [], "{case:?} {place:?} {input:?}");
        }
    }

    /// Row of the table and kind of item, to what was seen there.
    type Sights = BTreeMap<(usize, &'static str), String>;

    fn note(sights: &mut Sights, case: Case, state: State, event: Event, seen: &str) {
        let is_it = |row: &life::Row| {
            let finality = row.finality.is_none_or(|only| only == case.finality);
            (row.state, row.event) == (state, event) && finality
        };
        let at = life::LIFE.iter().position(is_it).unwrap();
        let kind = match case.kind {
            Kind::Payment => "payment",
            Kind::Refund { .. } => "refund",
        };
        let known = sights.entry((at, kind)).or_insert_with(|| seen.to_owned());
        assert_eq!(known, seen, "{case:?} {state:?} {event:?}");
    }

    /// What the table does not say: which records, which answer, who hears of it.
    fn sights_table(sights: &Sights) -> String {
        let head = "| in state | when | on a rail that is | item | records | answer | is told \
             | creditor |\n|---|---|---|---|---|---|---|---|\n";
        let mut out = head.to_owned();
        for (at, row) in life::LIFE.iter().enumerate() {
            let of = |kind| sights.get(&(at, kind));
            let lines = match (of("payment"), of("refund")) {
                (Some(one), Some(other)) if one == other => vec![("either", one)],
                (one, other) => [("payment", one), ("refund", other)]
                    .into_iter()
                    .filter_map(|(kind, seen)| Some((kind, seen?)))
                    .collect(),
            };
            assert!(!lines.is_empty(), "a row that nothing leads to: {row:?}");
            let (state, event) = (row.state, row.event);
            let rail = row
                .finality
                .map_or("either".to_owned(), |only| format!("{only:?}"));
            for (kind, seen) in lines {
                out.push_str(&format!(
                    "| {state:?} | {event:?} | {rail} | {kind} | {seen} |\n"
                ));
            }
        }
        out
    }

    fn held_table() -> String {
        let head = "| in states | payment of JPY 3,000 | refund of JPY 1,000 |\n|---|---|---|\n";
        let mut out = head.to_owned();
        for states in [
            &[State::Unknown, State::Refused, State::Cancelled][..],
            &[State::Waiting],
            &[State::Reserved, State::Asked, State::InDoubt],
            &[State::Completed],
        ] {
            let of = |case: &Case, state: State| match (case.kind, state) {
                (Kind::Payment, State::Waiting) => "never".to_owned(),
                (kind, state) => held(kind, state),
            };
            let cases = Case::all();
            for case in &cases {
                let same = |state: &&State| of(case, **state) == of(case, states[0]);
                assert_eq!(states.iter().filter(same).count(), states.len());
            }
            let [first, .., last] = &cases[..] else {
                panic!("payments come first, and refunds last")
            };
            let (payment, refund) = (of(first, states[0]), of(last, states[0]));
            let names: Vec<String> = states.iter().map(|state| format!("{state:?}")).collect();
            let names = names.join(", ");
            out.push_str(&format!("| {names} | {payment} | {refund} |\n"));
        }
        out
    }

    #[test]
    fn every_state_and_event_on_both_rails_does_what_the_table_says_and_nothing_else() {
        let mut sights = Sights::new();
        let mut pairs = 0;
        for case in Case::all() {
            let before = Scene::before(case);
            for place in Place::all(case.kind) {
                let scene = before.at(place);
                check_strangers(&scene);
                for event in Event::ALL {
                    pairs += 1;
                    if let Some(seen) = check_pair(&scene, event) {
                        note(&mut sights, case, place.state(), event, &seen);
                    }
                }
                // These two do not ask whether time is over, so they do the same when it is.
                let mut late = scene.clone();
                late.wait();
                for event in [Event::Reject, Event::Withdraw] {
                    if let Some(seen) = check_pair(&late, event) {
                        note(&mut sights, case, place.state(), event, &seen);
                    }
                }
            }
        }
        let places = State::ALL.len() * 2 + 1;
        assert_eq!(pairs, places * Event::ALL.len() * 4, "no pair was left out");
        check_document(&sights);
    }

    fn check_document(sights: &Sights) {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/LIFECYCLE.md");
        let words = "# The life of a payment and of a refund\n\nGenerated from \
             `crates/switch/src/life.rs` by the test in `crates/switch/tests/life.rs` \
             (`UPDATE_EXPECT=1` rewrites it), which drives a core through every state × event on \
             both rails. In a final state (Completed, Cancelled, Refused) everything is answered \
             with the recorded outcome; a pair that is not listed never happens and changes \
             nothing.\n\n";
        let sights_words = "\n## What each row writes, answers and tells\n\nAs the test saw it. \
             *Records* are what the journal gets, in one batch; *is told* is whose outcome stream \
             grows by one, which is called until it is acknowledged; *creditor* is whether the \
             creditor's side is asked from then on.\n\n";
        let held_words = "\n## What an item holds in each state\n\nThe story's payment and a \
             refund of it, in minor units: what the books hold because of the item, by account. \
             Nothing else moves: the test compares every net, headroom, used, refundable, payer's \
             day and exposure of everybody. Participant 3 is the FX provider, corridor 0 is \
             KH-JP.\n\n";
        let table = life::markdown();
        let (sights, held) = (sights_table(sights), held_table());
        expect_test::expect_file![path].assert_eq(&format!(
            "{words}{table}{sights_words}{sights}{held_words}{held}"
        ));
    }
}
