//! The words for the parts of a case.

use core::fmt;

use wire::api::CreditState;

use super::{Applies, At, Call, End, Expect, Forge, Group, Need, Rule, Slot, Step, Twist, Whose};

impl Group {
    pub const ALL: [Group; 7] = [
        Group::Signature,
        Group::Form,
        Group::Resolve,
        Group::Ask,
        Group::Outcome,
        Group::Status,
        Group::Refund,
    ];

    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Group::Signature => "Who is calling",
            Group::Form => "The form of what is sent",
            Group::Resolve => "Whose account is this?",
            Group::Ask => "Can you credit this?",
            Group::Outcome => "What the hub decided",
            Group::Status => "How far did you get?",
            Group::Refund => "Refunds to your payers",
        }
    }
}

impl Need {
    /// The options that give it.
    pub fn options(self) -> &'static str {
        match self {
            Need::Shop => "--account and --payload",
            Need::Dynamic => "--account, --payload and --dynamic-payload",
            Need::Refund => "--refund-of, --refund-account and --refund-rest",
        }
    }
}

impl Applies {
    /// For whom, in the guide.
    pub fn words(self) -> &'static str {
        match self {
            Applies::All => "everybody",
            Applies::Payee => "payee",
            Applies::PayeeKhqr => "payee, KHQR",
            Applies::PayeeConfirm => "payee, `confirm`",
            Applies::PayeeImmediate => "payee, `immediate`",
            Applies::Payer => "payer",
            Applies::PayerConfirm => "payer, `confirm`",
        }
    }
}

impl Rule {
    pub const ALL: [Rule; 10] = [
        Rule::Signed,
        Rule::Border,
        Rule::Resolved,
        Rule::Repeatable,
        Rule::TooLate,
        Rule::Undertaking,
        Rule::Final,
        Rule::Ordered,
        Rule::NotFound,
        Rule::Bounded,
    ];

    /// One word for it.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Signed => "signed",
            Rule::Border => "border",
            Rule::Resolved => "resolved",
            Rule::Repeatable => "repeatable",
            Rule::TooLate => "too late",
            Rule::Undertaking => "undertaking",
            Rule::Final => "final",
            Rule::Ordered => "ordered",
            Rule::NotFound => "not found",
            Rule::Bounded => "bounded",
        }
    }

    /// The rule itself.
    pub fn text(self) -> &'static str {
        match self {
            Rule::Signed => {
                "A callback counts only with the hub's signature over exactly your address, fresh \
                 and once; every answer is signed and bound to its request (SIGNING.md)."
            }
            Rule::Border => {
                "What comes from outside is parsed once and whole: bounded in size, strict in \
                 form, refused with a stable code (ERRORS.md); members of a newer hub are ignored."
            }
            Rule::Resolved => {
                "The sponsoring bank says whose account a code names, and whether it may be paid \
                 from abroad; an unknown account is an answer, not an error."
            }
            Rule::Repeatable => {
                "The same id and body get the same answer, however often and from whichever \
                 writer of the hub; another body under the same id is a conflict."
            }
            Rule::TooLate => {
                "An ask is rejected after `expires_at`, after any outcome for its id, and from a \
                 writer whose epoch is older than one you have heard."
            }
            Rule::Undertaking => {
                "Accepting is an unconditional undertaking, so every reason to reject is looked \
                 for before; a rejection names an ISO 20022 reason."
            }
            Rule::Final => {
                "The hub's decision is final: it is noted durably and acknowledged, also when \
                 your books cannot explain it; it takes effect once and is never contradicted."
            }
            Rule::Ordered => {
                "Outcomes are one stream without gaps; what is out of order is refused, what was \
                 noted is acknowledged again."
            }
            Rule::NotFound => "\"Not found\" is an answer, never an error and never an outcome.",
            Rule::Bounded => {
                "A refund is an item of its own: it goes to the payer of that payment, and all \
                 refunds together never exceed what was paid."
            }
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{} → {}", self.call, self.forge, self.expect)
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Slot::One => "A",
            Slot::Two => "B",
            Slot::Three => "C",
        })
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Call::Ask(slot, twist) => write!(f, "ask {slot}{twist}"),
            Call::AskAtOnce(slot) => write!(f, "ask {slot} twice at once"),
            Call::Tell(slot, end, at) => write!(f, "tell {slot} {end}{at}"),
            Call::TellMore(slot, end) => write!(f, "tell {slot} {end} with an unknown member"),
            Call::TellRequester(slot, end) => write!(f, "tell {slot} {end} as its requester"),
            Call::Look(slot) => write!(f, "status of {slot}"),
            Call::LookStrange => f.write_str("status of what is no id"),
            Call::Resolve(whose) => write!(f, "resolve {whose}"),
        }
    }
}

impl fmt::Display for Twist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Twist::Plain => "",
            Twist::OtherAmount => " with another amount",
            Twist::Expired => " after its `expires_at`",
            Twist::NewWriter => " from a new writer, with a later `expires_at`",
            Twist::OldWriter => " from an older writer",
            Twist::UnknownAccount => " for an account that nobody has",
            Twist::WrongCurrency => " in a currency that the account does not have",
            Twist::Zero => " for nothing",
            Twist::OneTimeCode => " with the code for one payment",
            Twist::TooMuch => " for more than can be given back",
            Twist::UnknownPayment => " for a payment that nobody made",
            Twist::MoreMembers => " with an unknown member",
            Twist::TooLarge => " with a body over 64 KiB",
            Twist::NotJson => " with a body that breaks off",
            Twist::TwiceNamed => " with a member named twice",
            Twist::Incomplete => " without its creditor",
            Twist::NumberForAmount => " with a JSON number as amount",
            Twist::CrookedAmount => " for `1e3`",
        })
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            End::Completed => "`completed`",
            End::Cancelled => "`cancelled`",
            End::Asked => "`asked`",
        })
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            At::Next => "",
            At::Gap => " one position too early",
            At::Again => " again",
            At::Taken => " at a position that is taken",
        })
    }
}

impl fmt::Display for Whose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Whose::Shop => "your shop's code",
            Whose::Nobody => "an account that nobody has",
            Whose::OtherScheme => "another scheme's code",
            Whose::Garbage => "what is no code",
        })
    }
}

impl fmt::Display for Forge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Forge::Honest => "",
            Forge::Unsigned => ", unsigned",
            Forge::Bent => ", one bit of the signature turned",
            Forge::Stranger => ", signed with a stranger's key",
            Forge::Stale => ", signed two minutes ago",
            Forge::Future => ", signed two minutes ahead",
            Forge::AsRequest => ", tagged as a participant's request",
            Forge::OtherHost => ", signed for another host",
            Forge::OtherBody => ", the body changed after signing",
            Forge::PlainText => ", declared as text/plain",
            Forge::Replayed => ", the same bytes once more",
        })
    }
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expect::Accepted => f.write_str("`accepted`"),
            Expect::Rejected => f.write_str("`rejected` with a reason"),
            Expect::Verdict => f.write_str("a verdict"),
            Expect::RejectedOr(codes) => {
                f.write_str("`rejected` with a reason, or problem ")?;
                one_of(f, codes.iter().map(|code| code.as_str()))
            }
            Expect::Refused(codes) => {
                f.write_str("problem ")?;
                one_of(f, codes.iter().map(|code| code.as_str()))
            }
            Expect::Acknowledged => f.write_str("acknowledged"),
            Expect::State(states) => one_of(f, states.iter().map(|state| state_name(*state))),
            Expect::Held => f.write_str("`accepted` (an `immediate` rail: or `credited`)"),
            Expect::NotFoundOrRefused => f.write_str("`not_found`, or a problem of status 4xx"),
            Expect::Resolved => f.write_str("found, accepting, with a name"),
            Expect::Nobody => f.write_str("not found, not accepting"),
            Expect::NobodyOrRefused => {
                f.write_str("not found, not accepting, or a problem of status 4xx")
            }
        }
    }
}

fn one_of<'a>(f: &mut fmt::Formatter<'_>, words: impl Iterator<Item = &'a str>) -> fmt::Result {
    for (at, word) in words.enumerate() {
        if at > 0 {
            f.write_str(" or ")?;
        }
        write!(f, "`{word}`")?;
    }
    Ok(())
}

/// As the wire writes it.
pub(crate) fn state_name(state: CreditState) -> &'static str {
    match state {
        CreditState::NotFound => "not_found",
        CreditState::Accepted => "accepted",
        CreditState::Rejected => "rejected",
        CreditState::Credited => "credited",
        CreditState::Released => "released",
    }
}
