//! The table itself. A row: code, variant, status, who must act, retry; what is wrong; what to do.

use serde::{Deserialize, Serialize};

use super::{Entry, Group, Retry, Status, Who};

macro_rules! catalogue {
    ($($group:ident { $(
        $code:ident $variant:ident $status:literal $who:ident $retry:ident
        $title:literal
        $words:literal
    )* })*) => {
        /// A stable error code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Code {
            $($(#[doc = $title] $variant,)*)*
        }

        impl Code {
            pub const ALL: &'static [Code] = &[$($(Code::$variant,)*)*];

            pub const fn entry(self) -> Entry {
                match self {
                    $($(Code::$variant => Entry {
                        group: Group::$group,
                        code: stringify!($code),
                        status: const { Status::literal($status) },
                        title: $title,
                        who: Who::$who,
                        retry: Retry::$retry,
                        words: $words,
                    },)*)*
                }
            }
        }

        pub const CATALOGUE: &[Entry] = &[$($(Code::$variant.entry(),)*)*];
    };
}

catalogue! {
    Requests {
        malformed_json MalformedJson 400 Caller AfterChange
        "body is not valid JSON"
        "Send exactly one JSON value in UTF-8 and nothing after it."

        body_too_large BodyTooLarge 413 Caller AfterChange
        "body is larger than the limit"
        "Send less; long lists are sent in parts."

        body_too_deep BodyTooDeep 400 Caller AfterChange
        "body is nested deeper than the limit"
        "Compare the body with the schema of the operation."

        unknown_field UnknownField 400 Caller AfterChange
        "body has a member that the operation does not know"
        "Remove it or correct its spelling; nothing is ignored silently."

        repeated_field RepeatedField 400 Caller AfterChange
        "body names a member twice"
        "Name it once: two readers could believe two different values."

        missing_field MissingField 400 Caller AfterChange
        "body lacks a member"
        "Add the member that `field` points to."

        invalid_field InvalidField 400 Caller AfterChange
        "member has the wrong type or form"
        "Correct the member that `field` points to; amounts are strings, times RFC 3339."

        unsupported_media_type UnsupportedMediaType 415 Caller AfterChange
        "body is not declared as a media type that the operation takes"
        "Send `content-type: application/json`; where the operation says so, `application/xml`."

        malformed_xml MalformedXml 400 Caller AfterChange
        "body is not the ISO 20022 message that the operation takes"
        "Correct the element that `field` names; `detail` says what is wrong with it."

        not_acceptable NotAcceptable 406 Caller AfterChange
        "operation has no such format"
        "Ask for `application/json`, or for a format that the operation names."

        not_found NotFound 404 Caller Never
        "no such resource"
        "Check the address and the id. Not found is never the outcome of a payment."

        method_not_allowed MethodNotAllowed 405 Caller AfterChange
        "the resource does not know this method"
        "Use a method that the `allow` header names."

        request_timeout RequestTimeout 408 Caller SameRequest
        "body did not arrive in time"
        "Send it at once and whole; nothing of it was taken."

        not_permitted NotPermitted 403 Caller Never
        "the key's role or participant may not do this"
        "Participants act for and see only themselves; ask the operator if the role is wrong."
    }

    Authentication {
        signature_missing SignatureMissing 401 Caller AfterChange
        "request has no signature labelled `spean`"
        "Sign every request, over the components that `docs/SIGNING.md` lists."

        signature_malformed SignatureMalformed 401 Caller AfterChange
        "signature headers are not as agreed"
        "Cover exactly the components of `docs/SIGNING.md`, in its order; send each header once."

        signature_invalid SignatureInvalid 401 Caller AfterChange
        "signature does not verify"
        "Compare your signature base with the vectors of `docs/SIGNING.md`, byte by byte."

        authority_unknown AuthorityUnknown 401 Caller AfterChange
        "request was signed for another host"
        "Sign for the host that you call, under a name that the receiver knows as its own."

        digest_mismatch DigestMismatch 401 Caller AfterChange
        "body differs from its content digest"
        "Compute the digest over the bytes that are sent, after serialising."

        signature_expired SignatureExpired 401 Caller SameRequest
        "signature is too old"
        "Sign again when sending again, and check the clock."

        signature_from_future SignatureFromFuture 401 Caller SameRequest
        "signature was made in the future"
        "Set the clock, then sign again."

        key_unknown KeyUnknown 401 Caller AfterChange
        "signing key is not registered"
        "Register the key with the operator, or sign with one that is; `keyid` is the thumbprint."

        nonce_replayed NonceReplayed 401 Caller SameRequest
        "nonce was used before"
        "Sign every sending with a fresh random nonce; the same body may be sent again."
    }

    Codes {
        code_unreadable CodeUnreadable 422 Payer Never
        "code is damaged or not a code of this kind"
        "Scan again; if it stays, the shop has to print a new code."

        code_not_payment CodeNotPayment 422 Payer Never
        "code does not ask for a payment"
        "Scan the shop's payment code."

        code_checksum_wrong CodeChecksumWrong 422 Payer Never
        "checksum of the code does not match"
        "Scan again; never correct a checksum."

        code_tampered CodeTampered 422 Merchant Never
        "code contradicts itself"
        "Do not pay; the shop has to check whether its code was pasted over."

        code_two_faced CodeTwoFaced 422 Merchant Never
        "code names two accounts of one scheme"
        "Do not pay: different wallets would pay different accounts. The shop needs a new code."

        code_expired CodeExpired 422 Merchant Never
        "code has expired"
        "Ask the shop to show a new code."

        code_used CodeUsed 409 Merchant Never
        "code is used by another payment"
        "A dynamic code is paid once: ask the shop for a new one, or look whether it was you."

        code_currency_mismatch CodeCurrencyMismatch 422 PayerParticipant AfterChange
        "currency differs from the code's"
        "Take the currency from the code: 7,200 riel are not 7,200 dollars."

        code_amount_mismatch CodeAmountMismatch 422 PayerParticipant AfterChange
        "amount differs from the code's"
        "Pay exactly the amount that the code carries."

        scheme_unsupported SchemeUnsupported 422 Payer Never
        "scheme of the code is not connected"
        "No corridor leads to this scheme; pay in another way."

        merchant_unknown MerchantUnknown 422 Merchant Later
        "merchant is not registered"
        "The merchant's institution has to register it or bring the registry up to date."

        merchant_not_accepting MerchantNotAccepting 422 Merchant Never
        "merchant does not accept payments from this corridor"
        "The merchant can ask its institution to open the corridor."

        merchant_suspended MerchantSuspended 422 PayeeParticipant Never
        "merchant is suspended"
        "Only the merchant's institution can lift this."

        account_unknown AccountUnknown 422 PayeeParticipant Never
        "account in the code does not exist"
        "Do not pay; the shop's institution has to look at the code."

        resolve_unavailable ResolveUnavailable 503 PayeeParticipant Later
        "merchant's institution does not answer"
        "Try again; nothing was consumed."
    }

    Quotes {
        amount_zero AmountZero 422 PayerParticipant AfterChange
        "amount is zero"
        "Send the price."

        amount_negative AmountNegative 422 PayerParticipant AfterChange
        "amount is negative"
        "Send a positive amount; giving money back is a refund."

        amount_too_precise AmountTooPrecise 422 PayerParticipant AfterChange
        "amount has more decimals than the currency"
        "Riel and yen have none, the dollar has two; nothing is rounded silently."

        amount_too_large AmountTooLarge 422 PayerParticipant AfterChange
        "amount is larger than can be represented"
        "Send a smaller amount."

        amount_malformed AmountMalformed 400 Caller AfterChange
        "amount is not a plain decimal string"
        "Send digits and at most one point: no sign, exponent, space or separator."

        amount_below_minimum AmountBelowMinimum 422 Payer AfterChange
        "amount is below the corridor's minimum"
        "Pay more, or in another way."

        amount_above_maximum AmountAboveMaximum 422 Payer AfterChange
        "amount is above the corridor's maximum"
        "Pay less, or in another way."

        currency_wrong CurrencyWrong 422 PayerParticipant AfterChange
        "currency is not the corridor's"
        "Quote in the shop's currency; pay in a payer currency that the corridor names."

        corridor_unknown CorridorUnknown 422 PayerParticipant Never
        "no corridor leads from the payer's scheme to the payee's"
        "Check direction and scheme; a new corridor is an agreement first."

        corridor_inactive CorridorInactive 422 Operator Later
        "corridor is closed at present"
        "Wait for the operator's notice."

        no_rate NoRate 503 FxProvider Later
        "no exchange rate for this amount"
        "An FX provider has to publish a rate whose tier covers the amount."

        rate_stale RateStale 503 FxProvider Later
        "exchange rate is out of date"
        "An FX provider has to publish a new rate."

        fx_liquidity_short FxLiquidityShort 503 FxProvider Later
        "no FX provider has enough liquidity"
        "Try later or with a smaller amount; FX providers have to top up."

        scan_token_invalid ScanTokenInvalid 422 PayerParticipant AfterChange
        "scan token is not one of ours"
        "Send the token exactly as the scan gave it, or scan again."

        quote_token_invalid QuoteTokenInvalid 422 PayerParticipant AfterChange
        "quote token is not one of ours"
        "Send the token exactly as the quote gave it."

        quote_expired QuoteExpired 422 PayerParticipant NewId
        "quote has expired"
        "Quote again and show the payer the new price before paying."

        quote_mismatch QuoteMismatch 422 PayerParticipant NewId
        "payment differs from its quote"
        "Send id, amounts and merchant as quoted; quote again for anything else."

        quote_foreign QuoteForeign 403 PayerParticipant AfterChange
        "quote belongs to another participant"
        "Use a quote that you asked for yourself."
    }

    Payments {
        payment_unknown PaymentUnknown 404 Caller Never
        "no such payment"
        "This is not an outcome. A payer's side that must know cancels by id."

        payment_id_malformed PaymentIdMalformed 400 PayerParticipant AfterChange
        "payment id is not a lower-case UUIDv4"
        "Make a random UUIDv4 (the UETR) and write it in lower case."

        payment_id_conflict PaymentIdConflict 409 PayerParticipant NewId
        "another request was made under this payment id"
        "The first request stands: read it. Use a new id for a new payment."

        payment_id_in_use PaymentIdInUse 409 PayerParticipant NewId
        "payment id belongs to another participant"
        "Make a new random id."

        payment_id_forbidden PaymentIdForbidden 409 PayerParticipant NewId
        "payment id was cancelled before it was used"
        "The id is forbidden for ever; use a new one."

        payer_limit_exceeded PayerLimitExceeded 422 Payer NewId
        "payer's limit is exceeded"
        "Pay less, or wait for the next day of the payer's side."

        payer_headroom_exceeded PayerHeadroomExceeded 422 PayerParticipant NewId
        "participant's headroom is used up"
        "Settle or prefund; payments go on when headroom is restored."

        participant_unknown ParticipantUnknown 422 Caller AfterChange
        "no such participant"
        "Check the identifiers of agents and participants."

        participant_suspended ParticipantSuspended 403 Operator Later
        "participant is suspended"
        "Only the operator can lift this."

        screening_refused ScreeningRefused 422 PayerParticipant NewId
        "screening forbids the payment"
        "Follow your own procedure for screening hits; the hub knows no more."

        outcome_out_of_order OutcomeOutOfOrder 409 Caller AfterChange
        "outcome is not the next of the stream"
        "Tell the one that is named first; nothing is skipped."

        deadline_passed DeadlinePassed 409 Caller Never
        "deadline has passed"
        "Too late to change anything: read the outcome and act on it."

        rail_stopped RailStopped 503 Operator Later
        "payee's rail takes nothing new at present"
        "Wait for the operators to resume it; a payment or refund that heard this needs a new id."

        payment_not_cancellable PaymentNotCancellable 409 PayerParticipant Later
        "payment can no longer be cancelled"
        "The payee's side may have credited: wait for the outcome or the deadline named."
    }

    Refunds {
        refund_exceeds_payment RefundExceedsPayment 422 PayeeParticipant NewId
        "refunds would exceed the payment"
        "Refund at most what is left; the payment shows it."

        refund_period_over RefundPeriodOver 422 PayeeParticipant Never
        "refund period is over"
        "Give the money back outside the switch."

        refund_not_completed_payment RefundNotCompletedPayment 422 PayeeParticipant Later
        "payment is not completed"
        "Only what was paid can be refunded; wait for the outcome."

        refund_currency_wrong RefundCurrencyWrong 422 PayeeParticipant AfterChange
        "refund is not in the shop's currency"
        "Refund in the currency of the price."

        refund_too_small RefundTooSmall 422 PayeeParticipant NewId
        "refund is worth nothing in the payer's currency"
        "Refund more at once; parts add up to the whole."

        refund_id_conflict RefundIdConflict 409 PayeeParticipant NewId
        "another request was made under this refund id"
        "The first request stands: read it. Use a new id for a new refund."
    }

    Rates {
        rate_version_conflict RateVersionConflict 409 FxProvider AfterChange
        "rate version is not above the current one"
        "Read the current version and publish a higher one."

        merchant_version_conflict MerchantVersionConflict 409 PayeeParticipant AfterChange
        "shop's version is not above the current one"
        "Read the current version and publish a higher one."

        rate_invalid RateInvalid 422 FxProvider AfterChange
        "rate contradicts itself or the rules"
        "Check value, tiers, exposure and `valid_until`."

        rate_corridor_unknown RateCorridorUnknown 422 FxProvider AfterChange
        "no corridor exchanges this pair of currencies"
        "Publish pairs as the corridors name them: base is the shop's currency."
    }

    Actions {
        action_unknown ActionUnknown 404 Caller Never
        "no such action"
        "Check the id. The journal holds every action; the last thousand that ended are shown."

        action_second_person ActionSecondPerson 403 Operator Never
        "action needs another person than its proposer"
        "Ask another operator: one proposes, another approves, and both are active then."

        action_over ActionOver 409 Operator Never
        "action has ended already"
        "Read how it ended; propose a new one if it is still wanted."

        action_conflict ActionConflict 409 Operator NewId
        "another action was proposed under this request id"
        "The first proposal stands: read it. Use a new request id for a new one."

        action_stale ActionStale 409 Operator NewId
        "what the action found has changed since"
        "Look at the new values and propose it anew; reject the old one."

        action_not_as_seen ActionNotAsSeen 409 Operator AfterChange
        "digest is not that of the action"
        "Read the action again and approve what you read."

        action_without_effect ActionWithoutEffect 409 Operator Never
        "action would change nothing"
        "It is so already."

        action_invalid ActionInvalid 422 Operator AfterChange
        "action contradicts itself or the rules"
        "Compare it with `docs/OPERATING.md`; the house, for one, cannot be suspended."

        cap_below_used CapBelowUsed 409 Operator Later
        "cap would be below what is used"
        "Wait until payments or windows end, or choose a higher cap."

        cap_above_liquidity CapAboveLiquidity 409 Operator Later
        "cap would be above what the participant prefunded"
        "Propose and approve the deposit first."

        liquidity_below_cap LiquidityBelowCap 409 Operator Later
        "withdrawal would leave less than the cap needs"
        "Lower the cap first."

        operators_too_few OperatorsTooFew 409 Operator AfterChange
        "fewer than two operators with a key would be left"
        "Add an operator or a key first; otherwise nothing could be approved ever again."

        key_taken KeyTaken 409 Operator AfterChange
        "key belongs to another participant"
        "One key speaks for one participant: make a new one."

        not_in_doubt NotInDoubt 409 Operator Never
        "item is not in doubt"
        "Only a doubt is resolved by operators; read how the item stands."

        break_unfit BreakUnfit 409 Operator Never
        "item's break is not as the action needs it"
        "An item has one break, which fits its outcome and is closed once."

        bearer_headroom_short BearerHeadroomShort 409 Operator Later
        "who owes the linked payment has too little headroom"
        "Raise its cap, after a deposit if need be, and approve again."
    }

    Settlement {
        window_unknown WindowUnknown 404 Caller Never
        "there is no such settlement window"
        "List the windows with `GET /v1/windows`."

        window_unfit WindowUnfit 409 Operator AfterChange
        "window does not stand as the action needs it"
        "Look at the window: it goes from open to closed, instructed and settled, one by one."

        window_held WindowHeld 409 Operator Later
        "window is held"
        "Wait until `held_until` of the window, or agree on another moment."

        debtor_short DebtorShort 409 Operator Later
        "a debtor's liquidity does not reach, so nothing is settled"
        "Let `short_debtor` deposit, draw its pledge, exclude it from the window, or hold it."

        payout_unfit PayoutUnfit 409 Operator AfterChange
        "window has no such payout, or another line shows it already"
        "Compare number, amount and reference with the window's `payouts`."

        statement_not_yet StatementNotYet 409 Caller Later
        "what the statement is of is not over yet"
        "Ask again when the window is closed."

        statement_page_unknown StatementPageUnknown 404 Caller Never
        "statement has no such page"
        "Pages begin with 1; behind the last one there is none."

        statement_too_large StatementTooLarge 422 Caller AfterChange
        "statement would be larger than the limit"
        "Ask for less: a shorter time, or one shop."

        statement_unsound StatementUnsound 500 Operator Later
        "lines of the statement do not come to what the books say"
        "Project the tables again from the journal, then compare with `spean audit verify`."

        pledge_short PledgeShort 409 Operator AfterChange
        "amount is more than is pledged, or less than was drawn"
        "Look at `pledged` and `drawn` in `GET /v1/liquidity`."
    }

    Receipts {
        receipt_invalid ReceiptInvalid 422 Merchant Never
        "receipt is not genuine"
        "Do not hand over goods on it. Scan again; a cut or retyped text fails too."

        receipt_unknown_key ReceiptUnknownKey 422 Merchant Later
        "receipt was signed with an unknown key"
        "Fetch `/v1/keys` again; if it stays, the receipt is not genuine."
    }

    Telling {
        event_position_unknown EventPositionUnknown 422 Caller AfterChange
        "stream of outcomes has no such position"
        "Ask for positions that were told; `detail` names the last. Begin with 0 for all."

        too_many_streams TooManyStreams 429 Caller Later
        "participant holds as many event streams as it may"
        "Close one that you no longer read, then open the new one."

        webhook_url_refused WebhookUrlRefused 422 Caller AfterChange
        "webhook's address may not be called"
        "Name a public `http` or `https` address without user or fragment; `detail` says more."

        webhook_limit_reached WebhookLimitReached 409 Caller AfterChange
        "participant has as many webhooks as it may"
        "Delete one that you no longer need."

        replay_range_wrong ReplayRangeWrong 422 Caller AfterChange
        "range of the replay is empty, backwards or too long"
        "Send a range of at most 10,000 events, first position first."

        replay_under_way ReplayUnderWay 409 Caller Later
        "another replay of this webhook is under way"
        "Wait for its end; the webhook shows what is still to be sent."
    }

    Hub {
        busy Busy 503 Hub SameRequest
        "hub has more work than it may queue"
        "Wait a second, longer each time, and send the same body again; nothing was consumed."

        shutting_down ShuttingDown 503 Hub SameRequest
        "hub is stopping or handing over"
        "Send the same body again; another node answers within seconds. Nothing was consumed."

        journal_unavailable JournalUnavailable 503 Hub SameRequest
        "outcome could not be made durable"
        "The request may or may not stand: send the same body again to learn which."

        internal Internal 500 Hub SameRequest
        "something went wrong on our side"
        "Send the same body again; tell the operator the time and the request id if it stays."
    }
}
