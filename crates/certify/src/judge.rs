//! Whether what came back is what the row asks for; if not, what came instead.

use serde::de::DeserializeOwned;
use wire::api::{Credit, CreditAnswer, CreditState, CreditVerdict, OutcomeReceived, Resolved};
use wire::error::{Code, Problem};
use wire::json::{self, Limits};

use crate::case::{Expect, state_name};
use crate::limits::{ANSWER_BYTES_MAX, ANSWER_DEPTH_MAX, WORDS_CHARS_MAX};
use crate::line::Said;
use crate::reasons;
use crate::settings::Finality;

/// What an answer is held against beside the row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Against<'a> {
    pub(crate) id: &'a str,
    /// Of the outcome that was told; 0 for everything else.
    pub(crate) position: u64,
    /// The outcome was noted before: a later position may be acknowledged with it.
    pub(crate) noted: bool,
    pub(crate) finality: Finality,
}

/// Judges an answer.
pub(crate) fn judge(expect: Expect, said: &Said, against: Against<'_>) -> Result<(), String> {
    let refusal_of_unsigned = said.unbound && matches!(expect, Expect::Refused(_));
    if let (Err(reason), false) = (said.believed, refusal_of_unsigned) {
        let status = said.status.as_u16();
        return Err(format!(
            "an answer ({status}) that nobody may believe: {reason}"
        ));
    }
    if said.status.is_success() {
        judge_answer(expect, said, against)
    } else {
        judge_problem(expect, said)
    }
}

fn judge_problem(expect: Expect, said: &Said) -> Result<(), String> {
    let status = said.status.as_u16();
    let problem: Problem = json::parse(&said.body, Limits::BODY).map_err(|_not_one| {
        format!("status {status} with a body that is no problem document with a code of ERRORS.md")
    })?;
    let code = problem.code();
    let words = format!("problem `{}` ({status})", code.as_str());
    if said.media_type != Problem::MEDIA_TYPE {
        return Err(format!(
            "{words}, declared as `{}`",
            shown(&said.media_type)
        ));
    }
    if problem.status().as_u16() != status {
        let own = problem.status().as_u16();
        return Err(format!("{words}, whose status is {own}"));
    }
    let is_callers = said.status.is_client_error();
    let fits = match expect {
        Expect::RejectedOr(codes) | Expect::Refused(codes) => codes.contains(&code),
        Expect::NotFoundOrRefused | Expect::NobodyOrRefused => is_callers && is_about_form(code),
        Expect::Accepted
        | Expect::Rejected
        | Expect::Verdict
        | Expect::Acknowledged
        | Expect::State(_)
        | Expect::Held
        | Expect::Resolved
        | Expect::Nobody => false,
    };
    if fits { Ok(()) } else { Err(words) }
}

/// A refusal of what was sent, and not of who sent it.
fn is_about_form(code: Code) -> bool {
    code.entry().group != Code::SignatureMissing.entry().group
}

fn judge_answer(expect: Expect, said: &Said, against: Against<'_>) -> Result<(), String> {
    if said.media_type != "application/json" {
        return Err(format!(
            "an answer declared as `{}`",
            shown(&said.media_type)
        ));
    }
    match expect {
        Expect::Accepted | Expect::Rejected | Expect::Verdict | Expect::RejectedOr(_) => {
            judge_verdict(expect, &read(said, "a verdict")?, against)
        }
        Expect::Acknowledged => judge_received(&read(said, "an acknowledgement")?, against),
        Expect::State(_) | Expect::Held | Expect::NotFoundOrRefused => {
            judge_state(expect, &read(said, "a status")?, against)
        }
        Expect::Resolved | Expect::Nobody | Expect::NobodyOrRefused => {
            judge_resolved(expect, &read(said, "an account")?)
        }
        Expect::Refused(_) => Err(format!(
            "status {} as if all were well: {}",
            said.status.as_u16(),
            shown(&String::from_utf8_lossy(&said.body))
        )),
    }
}

fn judge_verdict(
    expect: Expect,
    answer: &CreditAnswer,
    against: Against<'_>,
) -> Result<(), String> {
    if answer.id != against.id {
        return Err("an answer about another id".to_owned());
    }
    let may_reject = matches!(
        expect,
        Expect::Rejected | Expect::RejectedOr(_) | Expect::Verdict
    );
    let may_accept = matches!(expect, Expect::Accepted | Expect::Verdict);
    match (answer.verdict, &answer.reason) {
        (CreditVerdict::Accepted, None) if may_accept => Ok(()),
        (CreditVerdict::Accepted, None) => Err("`accepted`".to_owned()),
        (CreditVerdict::Accepted, Some(_)) => Err("`accepted` with a reason against".to_owned()),
        (CreditVerdict::Rejected, Some(reason)) if reasons::is_known(&reason.code) => {
            let code = &reason.code;
            if may_reject {
                Ok(())
            } else {
                Err(format!("`rejected` for {code}"))
            }
        }
        (CreditVerdict::Rejected, Some(reason)) => Err(format!(
            "`rejected` for `{}`, which is no reason of ISO 20022 that we know",
            shown(&reason.code)
        )),
        (CreditVerdict::Rejected, None) => Err("`rejected` without a reason".to_owned()),
    }
}

fn judge_received(received: &OutcomeReceived, against: Against<'_>) -> Result<(), String> {
    let position = received.outcome_sequence;
    // A copy of an older outcome may be answered with all that is noted by now.
    let fits = position == against.position || (against.noted && position > against.position);
    if fits {
        return Ok(());
    }
    let told = against.position;
    Err(format!(
        "position {position} acknowledged, where {told} was told"
    ))
}

fn judge_state(expect: Expect, credit: &Credit, against: Against<'_>) -> Result<(), String> {
    if credit.id != against.id {
        return Err("a status of another id".to_owned());
    }
    let fits = match expect {
        Expect::State(states) => states.contains(&credit.state),
        Expect::Held => {
            let at_once = against.finality == Finality::Immediate;
            credit.state == CreditState::Accepted
                || (at_once && credit.state == CreditState::Credited)
        }
        Expect::NotFoundOrRefused => credit.state == CreditState::NotFound,
        Expect::Accepted
        | Expect::Rejected
        | Expect::Verdict
        | Expect::RejectedOr(_)
        | Expect::Refused(_)
        | Expect::Acknowledged
        | Expect::Resolved
        | Expect::Nobody
        | Expect::NobodyOrRefused => false,
    };
    if fits {
        Ok(())
    } else {
        Err(format!("`{}`", state_name(credit.state)))
    }
}

fn judge_resolved(expect: Expect, resolved: &Resolved) -> Result<(), String> {
    let named = !resolved.name.trim().is_empty();
    let fits = if expect == Expect::Resolved {
        resolved.found && resolved.accepting && named
    } else {
        !resolved.found && !resolved.accepting
    };
    if fits {
        return Ok(());
    }
    let word = |yes: bool, word: &str| {
        if yes {
            word.to_owned()
        } else {
            format!("not {word}")
        }
    };
    let name = if named { "with" } else { "without" };
    Err(format!(
        "{}, {}, {name} a name",
        word(resolved.found, "found"),
        word(resolved.accepting, "accepting")
    ))
}

fn read<T: DeserializeOwned>(said: &Said, what: &str) -> Result<T, String> {
    let limits = Limits {
        bytes_max: ANSWER_BYTES_MAX,
        depth_max: ANSWER_DEPTH_MAX,
    };
    json::parse(&said.body, limits).map_err(|problem| {
        format!(
            "status {} with a body that is not {what}: {problem}",
            said.status.as_u16()
        )
    })
}

/// A stranger's words, shortened.
fn shown(text: &str) -> String {
    text.chars().take(WORDS_CHARS_MAX).collect()
}

/// The verdict of an answer that is believed, for the runner's own notes.
pub(crate) fn accepted(said: &Said) -> bool {
    let answer: Result<CreditAnswer, String> = read(said, "a verdict");
    said.status.is_success() && answer.is_ok_and(|a| a.verdict == CreditVerdict::Accepted)
}
