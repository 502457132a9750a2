//! Who is calling, in which form, and whose account a code names.

use wire::error::Code;

use super::case;
use crate::case::{
    Applies, At, Call, Case, End, Expect, Forge, Group, Need, Rule, Slot, Step, Twist, Whose,
    forged, step,
};

const ASK: Call = Call::Ask(Slot::One, Twist::Plain);
const UNTOUCHED: Step = step(Call::Look(Slot::One), Expect::NotFoundOrRefused);

pub(super) const SIGNATURE: &[Case] = &[
    Case {
        steps: &[
            forged(
                ASK,
                Forge::Unsigned,
                Expect::Refused(&[Code::SignatureMissing]),
            ),
            UNTOUCHED,
        ],
        why: "anybody on the network could make you credit",
        fix: "refuse what carries no signature labelled `spean` before you read its body",
        ..case("signature.missing", Group::Signature)
    },
    Case {
        steps: &[
            forged(ASK, Forge::Bent, Expect::Refused(&[Code::SignatureInvalid])),
            UNTOUCHED,
        ],
        why: "a signature that is not verified protects nothing",
        fix: "verify Ed25519 over the signature base of SIGNING.md; its vectors show each byte",
        ..case("signature.bent", Group::Signature)
    },
    Case {
        steps: &[
            forged(ASK, Forge::Stranger, Expect::Refused(&[Code::KeyUnknown])),
            UNTOUCHED,
        ],
        why: "a good signature of somebody else is not the hub's",
        fix: "believe the keys of the hub that you keep, and no key that a message brings along",
        ..case("signature.stranger", Group::Signature)
    },
    Case {
        steps: &[
            forged(
                ASK,
                Forge::Stale,
                Expect::Refused(&[Code::SignatureExpired]),
            ),
            UNTOUCHED,
        ],
        why: "a recorded callback must not be worth anything later",
        fix: "refuse `created` more than 60 seconds behind your clock",
        ..case("signature.stale", Group::Signature)
    },
    Case {
        steps: &[
            forged(
                ASK,
                Forge::Future,
                Expect::Refused(&[Code::SignatureFromFuture]),
            ),
            UNTOUCHED,
        ],
        why: "a signature of tomorrow would outlive the memory for nonces",
        fix: "refuse `created` more than 30 seconds ahead of your clock",
        ..case("signature.future", Group::Signature)
    },
    Case {
        steps: &[
            forged(
                ASK,
                Forge::AsRequest,
                Expect::Refused(&[Code::SignatureMalformed]),
            ),
            UNTOUCHED,
        ],
        why: "what was signed for one direction must not count in the other",
        fix: "insist on the tag `spean-callback`",
        ..case("signature.direction", Group::Signature)
    },
    Case {
        steps: &[
            forged(
                ASK,
                Forge::OtherHost,
                Expect::Refused(&[Code::AuthorityUnknown]),
            ),
            UNTOUCHED,
        ],
        why: "traffic of a test system must not count at the real one",
        fix: "compare `@authority` with your own names, not with what the caller sent",
        ..case("signature.other_host", Group::Signature)
    },
    Case {
        steps: &[
            forged(
                ASK,
                Forge::OtherBody,
                Expect::Refused(&[Code::DigestMismatch]),
            ),
            UNTOUCHED,
        ],
        why: "the signature covers the digest, and only the digest covers the amount",
        fix: "hash the bytes that arrived and compare with `content-digest`",
        ..case("signature.digest", Group::Signature)
    },
    Case {
        steps: &[
            UNTOUCHED,
            forged(
                Call::Look(Slot::One),
                Forge::Replayed,
                Expect::Refused(&[Code::NonceReplayed]),
            ),
        ],
        why: "a copied message must not count twice",
        fix: "remember the nonces of verified signatures for 90 seconds at least",
        ..case("signature.replayed", Group::Signature)
    },
    Case {
        steps: &[forged(
            Call::Look(Slot::One),
            Forge::Unsigned,
            Expect::Refused(&[Code::SignatureMissing]),
        )],
        why: "who paid whom is nobody else's business",
        fix: "check the signature of GET as of POST",
        ..case("signature.status", Group::Signature)
    },
    Case {
        needs: Some(Need::Shop),
        applies: Applies::Payee,
        steps: &[
            step(ASK, Expect::Accepted),
            forged(
                Call::Tell(Slot::One, End::Completed, At::Next),
                Forge::Bent,
                Expect::Refused(&[Code::SignatureInvalid]),
            ),
            step(Call::Look(Slot::One), Expect::Held),
            step(
                Call::Tell(Slot::One, End::Completed, At::Next),
                Expect::Acknowledged,
            ),
        ],
        why: "a forged outcome is money for nothing",
        fix: "check the signature of outcomes before anything is booked or noted",
        ..case("signature.outcome", Group::Signature)
    },
];

pub(super) const FORM: &[Case] = &[
    Case {
        steps: &[
            forged(
                ASK,
                Forge::PlainText,
                Expect::Refused(&[Code::UnsupportedMediaType]),
            ),
            UNTOUCHED,
        ],
        rule: Rule::Border,
        why: "two readers of one body could see two messages",
        fix: "take `content-type: application/json` only",
        ..case("form.content_type", Group::Form)
    },
    Case {
        steps: &[
            step(
                Call::Ask(Slot::One, Twist::TooLarge),
                Expect::Refused(&[Code::BodyTooLarge]),
            ),
            UNTOUCHED,
        ],
        rule: Rule::Border,
        why: "without a bound one caller can fill your memory",
        fix: "stop reading after 65536 bytes",
        ..case("form.too_large", Group::Form)
    },
    Case {
        steps: &[
            step(
                Call::Ask(Slot::One, Twist::NotJson),
                Expect::Refused(&[Code::MalformedJson]),
            ),
            UNTOUCHED,
        ],
        rule: Rule::Border,
        why: "half a message is none",
        fix: "answer 400 with a signed problem, not an error page of your framework",
        ..case("form.not_json", Group::Form)
    },
    Case {
        steps: &[
            step(
                Call::Ask(Slot::One, Twist::TwiceNamed),
                Expect::Refused(&[Code::RepeatedField, Code::MalformedJson]),
            ),
            UNTOUCHED,
        ],
        rule: Rule::Border,
        why: "of two members of one name each reader believes another",
        fix: "use a JSON reader that refuses repeated names",
        ..case("form.twice_named", Group::Form)
    },
    Case {
        steps: &[
            step(
                Call::Ask(Slot::One, Twist::Incomplete),
                Expect::Refused(&[Code::MissingField, Code::InvalidField]),
            ),
            UNTOUCHED,
        ],
        rule: Rule::Border,
        why: "a default in place of a missing creditor credits somebody",
        fix: "refuse an ask that lacks a member; invent nothing",
        ..case("form.incomplete", Group::Form)
    },
    Case {
        steps: &[
            step(
                Call::Ask(Slot::One, Twist::NumberForAmount),
                Expect::Refused(&[Code::InvalidField]),
            ),
            UNTOUCHED,
        ],
        rule: Rule::Border,
        why: "a JSON number becomes a float somewhere, and money never may",
        fix: "take amounts as strings only",
        ..case("form.number_amount", Group::Form)
    },
    Case {
        steps: &[step(
            Call::Ask(Slot::One, Twist::CrookedAmount),
            Expect::RejectedOr(&[Code::AmountMalformed, Code::InvalidField]),
        )],
        rule: Rule::Border,
        why: "what one reader takes for 1 another takes for 1,000",
        fix: "take plain decimals only: digits with at most one point",
        ..case("form.crooked_amount", Group::Form)
    },
    Case {
        needs: Some(Need::Shop),
        applies: Applies::Payee,
        steps: &[step(
            Call::Ask(Slot::One, Twist::MoreMembers),
            Expect::Accepted,
        )],
        rule: Rule::Border,
        why: "a newer hub says more, and payments must go on",
        fix: "ignore members of an ask that you do not know",
        ..case("form.unknown_member", Group::Form)
    },
    Case {
        needs: Some(Need::Shop),
        applies: Applies::Payee,
        steps: &[
            step(ASK, Expect::Accepted),
            step(
                Call::TellMore(Slot::One, End::Completed),
                Expect::Acknowledged,
            ),
        ],
        rule: Rule::Border,
        why: "a refused outcome stops the stream behind it",
        fix: "ignore members of an outcome that you do not know",
        ..case("form.unknown_outcome_member", Group::Form)
    },
];

pub(super) const RESOLVE: &[Case] = &[
    Case {
        needs: Some(Need::Shop),
        applies: Applies::PayeeKhqr,
        steps: &[step(Call::Resolve(Whose::Shop), Expect::Resolved)],
        rule: Rule::Resolved,
        why: "the payer sees whom it pays before it pays",
        fix: "answer with the account holder's name as you know it, not as the code says it",
        ..case("resolve.shop", Group::Resolve)
    },
    Case {
        applies: Applies::PayeeKhqr,
        steps: &[step(Call::Resolve(Whose::Nobody), Expect::Nobody)],
        rule: Rule::Resolved,
        why: "a mistyped or faked code must end before money is reserved",
        fix: "answer 200 with `found: false` and `accepting: false`",
        ..case("resolve.nobody", Group::Resolve)
    },
    Case {
        applies: Applies::PayeeKhqr,
        steps: &[step(
            Call::Resolve(Whose::OtherScheme),
            Expect::NobodyOrRefused,
        )],
        rule: Rule::Resolved,
        why: "an account of another scheme is not yours, however it reads",
        fix: "answer for your own scheme only",
        ..case("resolve.other_scheme", Group::Resolve)
    },
    Case {
        applies: Applies::PayeeKhqr,
        steps: &[step(Call::Resolve(Whose::Garbage), Expect::NobodyOrRefused)],
        rule: Rule::Resolved,
        why: "codes come from strangers' stickers",
        fix: "treat a code that makes no sense as an unknown one; never fail over it",
        ..case("resolve.garbage", Group::Resolve)
    },
];
