//! What every figure means, in the report itself.

use wire::api::Definition;

const DEFINITIONS: [(&str, &str); 22] = [
    (
        "period",
        "Whole days of the zone, the first within and the last not. A payment belongs to the day \
         on which the hub took it, whatever becomes of it later; a refusal and a refund to the \
         day on which they were asked for.",
    ),
    (
        "prior",
        "As many months just before if the period is whole months, otherwise as many days. Growth \
         is the difference to it, as a percentage of it; absent where it was nothing.",
    ),
    (
        "direction",
        "From the country of the payer's scheme to that of the shop's: KHQR is Cambodia, JPQR \
         Japan. KH-JP is a Cambodian customer in a Japanese shop.",
    ),
    (
        "currency",
        "The shop's currency. payer_currency is what the payer was charged in. Values are in the \
         one or the other and are never added over currencies.",
    ),
    (
        "payer, payee, fx",
        "The participant that holds the payer's account, the one that answers for the shop, and \
         the one that exchanged. Every payment has one of each, so each of the three is a whole.",
    ),
    (
        "category",
        "The merchant category code (ISO 18245) that the registry has for the shop, otherwise tag \
         52 of the scanned code. Unknown where neither told one.",
    ),
    (
        "payments.taken",
        "Payments for which the hub reserved every leg. completed, cancelled and open are what \
         became of them by the batch that the report stands for, and add up to taken.",
    ),
    (
        "payments.refused",
        "Payments that the hub said no to before anything was reserved. Refusals of quotes and \
         scans are not recorded and cannot be counted. Records of an older build do not say what \
         was refused: those have no corridor, and may be refunds.",
    ),
    (
        "payments.success_percent",
        "Completed of all that ended: completed, cancelled and refused.",
    ),
    (
        "rejections",
        "Why payments ended without completing. A refusal's first word says who must act: Payer, \
         Payee, Policy (the rules), Rail or Ours. A cancelled payment has the reason, and for \
         rejected the ISO 20022 code that the payee's side gave. Percentages are of all that \
         ended.",
    ),
    (
        "payments.timed_out",
        "Cancelled because the payee's side did not answer before its deadline; a percentage of \
         those taken.",
    ),
    (
        "payments.in_doubt",
        "Payments whose payee's side may have credited and did not say so in time, whatever they \
         ended as; a percentage of those taken.",
    ),
    (
        "outcome_ms",
        "From the batch that took a payment to the batch that decided it, completed and cancelled \
         payments alike, without what came before and without the telling. Percentiles by nearest \
         rank: a time that was measured, which so many of a hundred did not exceed; cut to \
         microseconds.",
    ),
    (
        "prices, paid",
        "Of completed payments: what shops asked, in their currency, and what payers paid, every \
         fee included, in theirs. The average ticket is value divided by count, rounded to the \
         minor unit, half to even. Refunds are not taken off.",
    ),
    (
        "riel",
        "Share of riel on the Cambodian side: of what Cambodian payers paid in, or Cambodian \
         shops are priced in. By count, and by value in yen of the other side (the price in \
         Japan; what was exchanged, before fees, from Japan), because riel and dollars cannot be \
         added. The value is absent where a payment has no side in yen.",
    ),
    (
        "distinct.payers",
        "Different pseudonyms of payers' accounts of completed payments. A person with accounts \
         at two participants is two; parts do not add up, because one payer can be in several.",
    ),
    (
        "distinct.shops",
        "Different pseudonyms of store ids (JPQR) or accounts (KHQR) as the codes name them, at \
         the participant that answers for them. A shop with two accounts is two.",
    ),
    (
        "refunds",
        "Refunds that were asked for in the period, of payments of whatever day. percent is \
         completed refunds of completed payments, both of the period; a value's percent is of \
         prices, and of paid for what payers got back. What an operator gave back after a break \
         is not among them.",
    ),
    (
        "cost",
        "Of completed payments, weighted by value. worth: the price at the neutral reference rate \
         of that moment. margin: how far the applied rate lay from it, either way. fee: what the \
         payer's participant added. rounding: up to whole minor units. total: paid divided by \
         worth, less one; it counts a margin in the payer's favour against the rest. What shops \
         are charged is not in it.",
    ),
    (
        "cost targets",
        "G20 roadmap for cross-border payments, for 2027: retail payments cost no more than 1 % \
         on average, and no corridor more than 3 %. over_three_percent counts single payments.",
    ),
    (
        "merchant_fees",
        "What shops were charged for completed payments, and as a percentage of their prices. The \
         payer's participant's and the switch's shares are parts of it.",
    ),
    (
        "settlement",
        "Windows that were settled in the period and those that were closed and not settled at its \
         end; payouts of the settlement bank, with count and sum; and for every participant its \
         liquidity at the end, what settlements took of it, and the largest single part as a \
         percentage of the liquidity before it. Absent where no window was settled and none was \
         waiting.",
    ),
];

pub(super) fn all() -> Vec<Definition> {
    let one = |(figure, text): (&str, &str)| Definition {
        figure: figure.to_owned(),
        text: text.to_owned(),
    };
    DEFINITIONS.into_iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::DEFINITIONS;

    #[test]
    fn the_document_has_the_same_definitions() {
        let document = include_str!("../../../../docs/REPORTS.md");
        for (figure, text) in DEFINITIONS {
            let row = format!("| `{figure}` | {text} |");
            assert!(document.contains(&row), "{row}");
        }
    }
}
