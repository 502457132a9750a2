//! What the double knows and does, right or wrong.

use std::collections::{HashMap, HashSet};

use certify::Finality;
use participant::edge::{self, Clock};
use serde_json::{Value, json};
use wire::api::{Ask, AskKind, Outcome, StateView};
use wire::error::{Code, Problem};
use wire::json::{self, Limits};

use crate::double::{Answer, ONE_TIME, PAID_MINOR, PAYER, PAYMENT, PRINTED, SHOP};
use crate::wrong::Wrong;

pub(crate) struct Books {
    wrong: Wrong,
    finality: Finality,
    epoch: u64,
    noted: HashMap<String, Noted>,
    /// Bodies by position, from 1.
    outcomes: Vec<Value>,
    ended: HashMap<String, StateView>,
    claimed: HashSet<String>,
    refunded: u64,
}

struct Noted {
    ask: Ask,
    state: &'static str,
    reason: Option<&'static str>,
}

fn refuse(code: Code) -> Answer {
    Answer::Problem(Problem::new(code))
}

impl Books {
    pub(crate) fn new(wrong: Wrong, finality: Finality) -> Self {
        Self {
            wrong,
            finality,
            epoch: 0,
            noted: HashMap::new(),
            outcomes: Vec::new(),
            ended: HashMap::new(),
            claimed: HashSet::new(),
            refunded: 0,
        }
    }

    fn is(&self, wrong: Wrong) -> bool {
        self.wrong == wrong
    }

    /// Reads a body as strictly as the wire, or as this double's wrong has it.
    fn read<T: serde::de::DeserializeOwned>(&self, body: &[u8]) -> Result<T, Answer> {
        let limits = Limits {
            bytes_max: 1_024 * 1_024,
            ..Limits::BODY
        };
        let mut tree: Value = match serde_json::from_slice(body) {
            Ok(tree) => tree,
            Err(_) if self.is(Wrong::ShowsErrorPages) => return Err(Answer::Page),
            Err(_) => return Err(refuse(Code::MalformedJson)),
        };
        if self.is(Wrong::RefusesNewMembers) && tree.get("purpose_of_tomorrow").is_some() {
            return Err(refuse(Code::UnknownField));
        }
        if self.is(Wrong::InventsCreditor) && tree.get("creditor").is_none() {
            tree["creditor"] = json!({ "name": "Somebody", "account": SHOP });
            return json::parse(tree.to_string().as_bytes(), limits).map_err(Answer::Problem);
        }
        if self.is(Wrong::TakesNumbers) && tree["amount"]["amount"].is_number() {
            tree["amount"]["amount"] = json!(tree["amount"]["amount"].to_string());
            return json::parse(tree.to_string().as_bytes(), limits).map_err(Answer::Problem);
        }
        if self.is(Wrong::ReadsLastOfTwo) {
            return json::parse(tree.to_string().as_bytes(), limits).map_err(Answer::Problem);
        }
        json::parse(body, limits).map_err(Answer::Problem)
    }

    pub(crate) fn resolve(&self, body: &[u8]) -> Answer {
        let asked: wire::api::Resolve = match self.read(body) {
            Ok(asked) => asked,
            Err(answer) => return answer,
        };
        if self.is(Wrong::StumblesOverGarbage) && asked.account.contains('\0') {
            return refuse(Code::Internal);
        }
        let is_own = asked.scheme == "KHQR" && asked.account == SHOP;
        let found = is_own || self.is(Wrong::KnowsEverybody);
        let name = if found && !self.is(Wrong::NamesNobody) {
            "Lotus"
        } else {
            ""
        };
        Answer::Json(json!({
            "found": found, "accepting": found, "name": name, "city": "Phnom Penh",
        }))
    }

    pub(crate) fn ask(&mut self, body: &[u8]) -> Answer {
        let ask: Ask = match self.read(body) {
            Ok(ask) => ask,
            Err(answer) => return answer,
        };
        let minor = match ask.amount.amount.replace('.', "").parse::<u64>() {
            Ok(0) if !self.is(Wrong::CreditsNothing) => return refuse(Code::AmountZero),
            Ok(minor) => minor,
            Err(_) if self.is(Wrong::GuessesAmounts) => 1,
            Err(_) => return refuse(Code::AmountMalformed),
        };
        let ended = self.ended.get(&ask.id).copied();
        if let Some(noted) = self.noted.get(&ask.id) {
            let forgets = self.is(Wrong::ForgetsRejections) && noted.state == "rejected";
            let same = Ask {
                expires_at: ask.expires_at.clone(),
                epoch: if self.is(Wrong::ComparesEpochs) {
                    noted.ask.epoch
                } else {
                    ask.epoch
                },
                ..noted.ask.clone()
            };
            if same != ask && !self.is(Wrong::OverwritesAsks) {
                return refuse(Code::PaymentIdConflict);
            }
            if !forgets && (ended != Some(StateView::Cancelled) || self.is(Wrong::ForgetsOutcomes))
            {
                let changes = self.is(Wrong::ChangesItsMind) && noted.reason.is_none();
                let reason = if changes { Some("AG01") } else { noted.reason };
                return self.verdict(&ask.id, reason);
            }
        }
        let reason = self.reason(&ask, minor, ended);
        self.epoch = self.epoch.max(ask.epoch);
        let state = match (reason, self.finality) {
            (Some(_), _) => "rejected",
            (None, Finality::Immediate) => "credited",
            (None, Finality::Confirm) if self.is(Wrong::CreditsAtOnce) => "credited",
            (None, Finality::Confirm) => "accepted",
        };
        if reason.is_none() && ask.payload == ONE_TIME {
            self.claimed.insert(ask.payload.clone());
        }
        let id = ask.id.clone();
        let before = self.noted.get(&id).map(|noted| noted.state);
        if matches!(before, None | Some("rejected")) {
            self.noted.insert(id.clone(), Noted { ask, state, reason });
        }
        self.verdict(&id, reason)
    }

    fn reason(&self, ask: &Ask, minor: u64, ended: Option<StateView>) -> Option<&'static str> {
        let now_ms = Clock::system().now_ms();
        let expires_ms = edge::parse_rfc3339(&ask.expires_at).unwrap();
        let late = now_ms > expires_ms && !self.is(Wrong::TakesExpired);
        let old = ask.epoch < self.epoch && !self.is(Wrong::TakesOldWriters);
        let over = ended.is_some() && !self.is(Wrong::ForgetsOutcomes);
        // One that forgets rejections takes the second copy of an ask for a good one.
        let again = self.is(Wrong::ForgetsRejections) && self.noted.contains_key(&ask.id);
        if late || old || over {
            return Some("AB05");
        }
        if again {
            return None;
        }
        if self.is(Wrong::CreditsNobody) {
            return Some("AG01");
        }
        if ask.amount.currency != "KHR" && !self.is(Wrong::MixesCurrencies) {
            return Some("AC09");
        }
        match ask.kind {
            AskKind::Payment => self.reason_of_payment(ask),
            AskKind::Refund => self.reason_of_refund(ask, minor),
        }
    }

    fn reason_of_payment(&self, ask: &Ask) -> Option<&'static str> {
        if ask.creditor.account != SHOP && !self.is(Wrong::CreditsAnybody) {
            return Some("AC03");
        }
        let taken = self.claimed.contains(&ask.payload) && !self.is(Wrong::PaysCodesTwice);
        assert!([PRINTED, ONE_TIME].contains(&ask.payload.as_str()));
        taken.then_some("AM05")
    }

    fn reason_of_refund(&self, ask: &Ask, minor: u64) -> Option<&'static str> {
        if ask.payment_id != PAYMENT && !self.is(Wrong::RefundsNoPayment) {
            return Some("NOOR");
        }
        if ask.creditor.account != PAYER && !self.is(Wrong::RefundsAnybody) {
            return Some("AC03");
        }
        let after = self.refunded + minor;
        (after > PAID_MINOR && !self.is(Wrong::RefundsTooMuch)).then_some("AM09")
    }

    fn verdict(&self, id: &str, reason: Option<&str>) -> Answer {
        let Some(code) = reason else {
            return Answer::Json(json!({ "id": id, "verdict": "accepted" }));
        };
        let code = if self.is(Wrong::RejectsInWords) {
            "closed"
        } else {
            code
        };
        let mut answer = json!({ "id": id, "verdict": "rejected", "reason": { "code": code } });
        if self.is(Wrong::RejectsSilently) {
            answer["reason"] = Value::Null;
        }
        Answer::Json(answer)
    }

    pub(crate) fn outcome(&mut self, body: &[u8]) -> Answer {
        let outcome: Outcome = match self.read(body) {
            Ok(outcome) => outcome,
            Err(answer) => return answer,
        };
        let told: Value = serde_json::to_value(&outcome).unwrap();
        let position = outcome.outcome_sequence;
        let next = u64::try_from(self.outcomes.len()).unwrap() + 1;
        let place = usize::try_from(position).unwrap();
        let shift = if self.is(Wrong::NodsAtOthers) {
            1_000
        } else {
            0
        };
        let received = Answer::Json(json!({ "outcome_sequence": position + shift }));
        if position < next {
            let same = self.outcomes[place - 1] == told;
            return match same {
                true if self.is(Wrong::RefusesRepeats) => refuse(Code::Internal),
                true => received,
                false if self.is(Wrong::TakesTakenPositions) => received,
                false => refuse(Code::PaymentIdConflict),
            };
        }
        if position > next && !self.is(Wrong::TakesGaps) {
            return refuse(Code::OutcomeOutOfOrder);
        }
        let is_end = matches!(outcome.state, StateView::Completed | StateView::Cancelled);
        if !is_end && !self.is(Wrong::TakesAnyState) {
            return refuse(Code::InvalidField);
        }
        let before = self.ended.get(&outcome.id);
        if before.is_some_and(|state| *state != outcome.state)
            && !self.is(Wrong::TakesContradictions)
        {
            return refuse(Code::PaymentIdConflict);
        }
        let stands = |noted: &Noted| noted.state == "credited";
        if self.is(Wrong::RefusesWhatStands) && self.noted.get(&outcome.id).is_some_and(stands) {
            return refuse(Code::Internal);
        }
        if self.is(Wrong::RefusesUnknown) && !self.noted.contains_key(&outcome.id) {
            return refuse(Code::PaymentUnknown);
        }
        self.outcomes.resize(place, told);
        if is_end {
            self.end(&outcome);
        }
        received
    }

    fn end(&mut self, outcome: &Outcome) {
        self.ended.insert(outcome.id.clone(), outcome.state);
        if self.is(Wrong::OnlyNods) {
            return;
        }
        let keeps = self.is(Wrong::KeepsPromises);
        let frees = !self.is(Wrong::KeepsCodes);
        let Some(noted) = self.noted.get_mut(&outcome.id) else {
            return;
        };
        let completed = outcome.state == StateView::Completed;
        match (noted.state, completed) {
            ("accepted" | "released", true) => noted.state = "credited",
            ("accepted", false) if !keeps => {
                noted.state = "released";
                if frees {
                    self.claimed.remove(&noted.ask.payload);
                }
            }
            ("credited", false) if self.wrong == Wrong::TakesContradictions => {
                noted.state = "released";
            }
            _unmoved => {}
        }
        if completed && noted.ask.kind == AskKind::Refund {
            self.refunded += noted.ask.amount.amount.parse::<u64>().unwrap();
        }
    }

    pub(crate) fn look(&self, id: &str) -> Answer {
        if self.is(Wrong::StumblesOverIds) && !edge::is_payment_id(id) {
            return refuse(Code::Internal);
        }
        match self.noted.get(id) {
            Some(noted) => Answer::Json(json!({ "id": id, "state": noted.state })),
            None if self.is(Wrong::SaysNotFound) => refuse(Code::NotFound),
            None => Answer::Json(json!({ "id": id, "state": "not_found" })),
        }
    }
}
