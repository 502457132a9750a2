//! Statements and notifications in ISO 20022, from their bytes to what they come to.

#[cfg(test)]
#[path = "common/world.rs"]
mod world;

#[cfg(test)]
mod tests {
    use backoffice::reconcile::read::{CamtError, read_camt};
    use backoffice::reconcile::{Book, Draft, ReconcileError, Reference, Statement};
    use calendar::{Calendars, Country};
    use expect_test::expect;

    use super::world::{day, expected, tell};

    const UETR: &str = "00000000-0000-4000-8000-000000000001";

    /// `L1 3000 CRDT BOOK <details>` as an entry of a statement.
    fn entry(reference: &str, (amount, way): (&str, &str), status: &str, rest: &str) -> String {
        format!(
            "<Ntry><Amt Ccy=\"JPY\">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>\
             <Sts><Cd>{status}</Cd></Sts><BookgDt><Dt>2026-06-10</Dt></BookgDt>\
             <ValDt><Dt>2026-06-11</Dt></ValDt><AcctSvcrRef>{reference}</AcctSvcrRef>\
             <BkTxCd/>{rest}</Ntry>"
        )
    }

    fn details(parts: &[&str]) -> String {
        let parts = parts.iter().map(|part| format!("<TxDtls>{part}</TxDtls>"));
        format!("<NtryDtls>{}</NtryDtls>", parts.collect::<String>())
    }

    fn document(version: &str, (root, tag): (&str, &str), inner: &str) -> String {
        format!(
            "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:{version}\"><{root}>\
             <GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-06-10T14:00:00.000Z</CreDtTm></GrpHdr>\
             <{tag}><Id>S1</Id><CreDtTm>2026-06-10T14:00:00.000Z</CreDtTm>\
             <Acct><Id><Othr><Id>acleda</Id></Othr></Id><Ccy>JPY</Ccy></Acct>{inner}\
             </{tag}></{root}></Document>"
        )
    }

    fn balance(kind: &str, amount: &str) -> String {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy=\"JPY\">{amount}</Amt>\
             <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-06-10</Dt></Dt></Bal>"
        )
    }

    fn statement(closing: &str, entries: &[String]) -> String {
        let balances = balance("OPBD", "1000") + &balance("CLBD", closing);
        let inner = balances + &entries.concat();
        document("camt.053.001.08", ("BkToCstmrStmt", "Stmt"), &inner)
    }

    fn notification(entries: &[String]) -> String {
        let names = ("BkToCstmrDbtCdtNtfctn", "Ntfctn");
        document("camt.054.001.08", names, &entries.concat())
    }

    fn read(text: &str) -> Draft {
        let mut drafts = read_camt(text.as_bytes(), "statement.xml").unwrap();
        assert_eq!(drafts.len(), 1);
        drafts.remove(0)
    }

    fn checked(draft: Draft) -> Result<Statement, ReconcileError> {
        draft.check(&Calendars::built_in(), &Country::ALL)
    }

    fn lines(draft: &Draft) -> String {
        let or = |reference: &Option<Reference>| {
            reference.as_ref().map_or("-", Reference::as_str).to_owned()
        };
        let line = |line: &backoffice::reconcile::DraftLine| {
            format!(
                "{} {} {} {}/{} uetr {} hash {} ref {} e2e {}{}\n",
                or(&line.entry_ref),
                line.money,
                line.direction.word(),
                line.booked_on,
                line.value_date,
                line.keys.uetr.is_some(),
                or(&line.keys.hash),
                or(&line.keys.reference),
                or(&line.end_to_end),
                if line.is_reversal { " reversal" } else { "" }
            )
        };
        draft.lines.iter().map(line).collect::<String>()
            + &format!("day {} left out {}\n", draft.head.day, draft.left_out)
    }

    #[test]
    fn entries_become_lines_with_their_identifiers() {
        let uetr = format!(
            "<Refs><EndToEndId>NOTPROVIDED</EndToEndId><UETR>{UETR}</UETR></Refs>\
             <Amt Ccy=\"JPY\">3000</Amt><CdtDbtInd>CRDT</CdtDbtInd>"
        );
        let hash = "<Refs><InstrId>I-2</InstrId><EndToEndId>SPEAN-2</EndToEndId><Prtry>\
             <Tp>HASH</Tp><Ref>ab12</Ref></Prtry></Refs>";
        let text = format!("<RmtInf><Ustrd>QR</Ustrd><Ustrd>{UETR}</Ustrd></RmtInf>");
        let reversal = entry("B4", ("200", "DBIT"), "BOOK", "");
        let reversal = reversal.replace("<Sts>", "<RvslInd>true</RvslInd><Sts>");
        let draft = read(&statement(
            "4000",
            &[
                entry("B1", ("3000", "CRDT"), "BOOK", &details(&[&uetr])),
                entry("B2", ("100", "DBIT"), "BOOK", &details(&[hash])),
                entry("B3", ("300", "CRDT"), "BOOK", &details(&[&text])),
                reversal,
                entry("B5", ("9", "CRDT"), "PDNG", ""),
            ],
        ));
        expect![[r#"
            B1 JPY 3000 credit 2026-06-10/2026-06-11 uetr true hash - ref - e2e -
            B2 JPY 100 debit 2026-06-10/2026-06-11 uetr false hash ab12 ref I-2 e2e SPEAN-2
            B3 JPY 300 credit 2026-06-10/2026-06-11 uetr true hash - ref - e2e -
            B4 JPY 200 debit 2026-06-10/2026-06-11 uetr false hash - ref - e2e - reversal
            day 2026-06-10 left out 1
        "#]]
        .assert_eq(&lines(&draft));
        assert_eq!(draft.balances.len(), 1);
        checked(draft).unwrap();
    }

    fn part(end_to_end: &str, amount: &str) -> String {
        format!(
            "<Refs><EndToEndId>{end_to_end}</EndToEndId></Refs><Amt Ccy=\"JPY\">{amount}</Amt>\
             <CdtDbtInd>CRDT</CdtDbtInd>"
        )
    }

    #[test]
    fn an_entry_of_several_payments_is_a_line_for_each_if_they_make_it_up() {
        let parts = [part("r1", "1000"), part("r2", "2000")];
        let both = details(&[&parts[0], &parts[1]]);
        let whole = entry("B1", ("3000", "CRDT"), "BOOK", &both);
        let draft = read(&statement("4000", &[whole]));
        expect![[r#"
            B1/1 JPY 1000 credit 2026-06-10/2026-06-11 uetr false hash - ref - e2e r1
            B1/2 JPY 2000 credit 2026-06-10/2026-06-11 uetr false hash - ref - e2e r2
            day 2026-06-10 left out 0
        "#]]
        .assert_eq(&lines(&draft));
        // In a notification nothing else would notice that a part is missing.
        let short = entry("B1", ("3001", "CRDT"), "BOOK", &both);
        let error = read_camt(notification(&[short]).as_bytes(), "n.xml").unwrap_err();
        assert_eq!(error.code(), "reconcile_totals_wrong");
        // One without its amount, or in another currency: the entry is one line.
        let other = part("r2", "2000").replace("JPY", "USD");
        let unsaid = "<Refs><EndToEndId>r2</EndToEndId></Refs>";
        for second in [other.as_str(), unsaid] {
            let rest = details(&[&parts[0], second]);
            let whole = entry("B1", ("3000", "CRDT"), "BOOK", &rest);
            let draft = read(&statement("4000", &[whole]));
            assert_eq!(draft.lines.len(), 1);
            assert_eq!(draft.lines[0].money.amount.minor(), 3_000);
            assert_eq!(draft.lines[0].end_to_end, None);
        }
    }

    #[test]
    fn a_notification_and_the_days_statement_come_to_one_match() {
        let rest = details(&[&part("r1", "3000")]);
        let told = [entry("B1", ("3000", "CRDT"), "BOOK", &rest)];
        let early = checked(read(&notification(&told).replace("<Id>S1<", "<Id>N1<"))).unwrap();
        let late = checked(read(&statement("4000", &told))).unwrap();
        let mut outcomes = Vec::new();
        for files in [[&early, &late], [&late, &early]] {
            let mut book = Book::default();
            book.expect(expected("E1 | JPY 3000 | u1 r1")).unwrap();
            book.expect(expected("E2 | JPY 3000 | u2 r2")).unwrap();
            for file in files {
                book.import(file).unwrap();
                book.import(file).unwrap();
            }
            assert_eq!(book.lines_len(), 1);
            outcomes.push(tell(&book.outcome(day(9))));
        }
        assert_eq!(outcomes[0], outcomes[1]);
        expect![[r#"
            timing B1 = E1 by reference +1 days
            missing_there [] [E2]
              the bank has not booked it, or to another account
        "#]]
        .assert_eq(&outcomes[0]);
    }

    #[test]
    fn bad_files_are_told_by_their_codes() {
        let line = |amount| entry("B1", (amount, "CRDT"), "BOOK", "");
        let good = statement("4000", &[line("3000")]);
        let error = |text: &str| match read_camt(text.as_bytes(), "statement.xml") {
            Err(error) => error.code().to_owned(),
            Ok(mut drafts) => checked(drafts.remove(0)).unwrap_err().code().to_owned(),
        };
        let changed = |from: &str, to: &str| {
            assert!(good.contains(from), "{from}");
            error(&good.replacen(from, to, 1))
        };
        let bomb = format!("<!DOCTYPE a [<!ENTITY b \"b\">]>{good}");
        let cases = [
            (error(""), "xml_truncated"),
            (
                error(good.split_once("</Stmt>").unwrap().0),
                "xml_truncated",
            ),
            (error(&bomb), "xml_doctype"),
            (changed("S1", "&b;"), "xml_entity"),
            (changed(">4000<", ">4001<"), "statement_balance"),
            (
                changed("Ccy=\"JPY\">3000", "Ccy=\"USD\">3000"),
                "statement_currency",
            ),
            (
                changed("Ccy=\"JPY\">3000", "Ccy=\"XXX\">3000"),
                "currency_unknown",
            ),
            (
                changed("2026-06-11", "2027-01-04"),
                "reconcile_date_out_of_range",
            ),
            (
                error(&statement("7000", &[line("3000"), line("3000")])),
                "reconcile_line_repeated",
            ),
            (
                error(&notification(&[
                    line("3000").replace("<AcctSvcrRef>B1</AcctSvcrRef>", "")
                ])),
                "reconcile_line_nameless",
            ),
        ];
        for (actual, expected) in cases {
            assert_eq!(actual, expected);
        }
        let latin = good.replace("acleda", "acl\u{e9}da");
        let latin: Vec<u8> = latin.chars().map(|c| u8::try_from(c).unwrap()).collect();
        let error = read_camt(&latin, "statement.xml").unwrap_err();
        assert!(matches!(error, CamtError::Xml(_)));
        assert_eq!(error.code(), "xml_encoding");
    }
}
