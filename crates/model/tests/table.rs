//! The model and the hub's life cycle are one: what the model does, the table says, and what the
//! table says, the model does.

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, VecDeque};
    use std::sync::Arc;

    use model::{Case, Fact, Node, Protocol, Rows, search};
    use stateright::Model;
    use switch::life::{self, LIFE};
    use switch::{Event, Finality, State, Step};

    /// Small searches that have every kind of event between them.
    fn cases() -> Vec<Case> {
        let mut cases = Vec::new();
        for finality in [Finality::Confirm, Finality::Immediate] {
            for at_deadline in [Event::Deadline, Event::DeadlineCompletes] {
                let mut case = Case::small(finality);
                case.at_deadline = at_deadline;
                case.may_wait = true;
                case.may_withdraw = true;
                case.operators_act = true;
                case.faults.in_flight_max = 1;
                cases.push(case);
            }
        }
        cases
    }

    fn protocol(case: Case, rows: &Arc<Rows>) -> Protocol {
        let rows = Arc::clone(rows);
        let mutation = None;
        Protocol {
            case,
            mutation,
            rows,
        }
    }

    #[test]
    fn every_row_of_the_table_is_walked_and_every_promise_holds() {
        let rows = Arc::new(Rows::default());
        for case in cases() {
            let found = search(&protocol(case, &rows), 2);
            let broken: Vec<_> = found.broken().collect();
            assert!(broken.is_empty(), "{broken:#?}");
        }
        let left_out = rows.left_out();
        assert!(left_out.is_empty(), "{left_out:#?}");
        assert_eq!(rows.walked(), LIFE.len());
    }

    /// Whether some event takes a payment from one state to the other.
    fn is_row(from: State, to: State, finality: Finality) -> bool {
        Event::ALL
            .iter()
            .any(|event| life::step(from, *event, finality) == Step::To(to))
    }

    /// The change of state that a writer decided in a step, if it decided one.
    fn change(was: Option<&Node>, is: Option<&Node>) -> Option<(State, State)> {
        let (was, is) = (was?, is?);
        match is.staged.get(was.staged.len()..)?.first()? {
            Fact::Moved { id, to, .. } => Some((was.state(*id), *to)),
            Fact::Noted(..) => None,
        }
    }

    #[test]
    fn no_change_is_made_that_the_table_lacks() {
        for case in cases() {
            let protocol = protocol(case, &Arc::new(Rows::default()));
            let mut known: BTreeSet<_> = protocol.init_states().into_iter().collect();
            let mut to_do: VecDeque<_> = known.iter().cloned().collect();
            let mut changes = BTreeSet::new();
            while let Some(world) = to_do.pop_front() {
                for (_, next) in protocol.next_steps(&world) {
                    changes.extend(change(world.writer.as_ref(), next.writer.as_ref()));
                    if known.insert(next.clone()) {
                        to_do.push_back(next);
                    }
                }
            }
            for (from, to) in &changes {
                assert!(is_row(*from, *to, case.finality), "{from:?} to {to:?}");
            }
            // The search saw something: every state but the first is entered.
            let entered: BTreeSet<State> = changes.iter().map(|(_, to)| *to).collect();
            let is_immediate = case.finality == Finality::Immediate;
            let expected = State::ALL.into_iter().filter(|state| {
                *state != State::Unknown && (is_immediate || *state != State::InDoubt)
            });
            assert_eq!(entered, expected.collect());
        }
    }
}
