//! Files as real banks send them: over New Year, in pages, and with entries that are only counted.

#[cfg(test)]
mod tests {
    use std::path::Path;

    use backoffice::desk::{Accounts, Desk, DeskError};
    use backoffice::reconcile::{Imported, Person};
    use calendar::{Calendars, Country};
    use jiff::civil::{Date, date};
    use projection::Tables;

    /// 2026-12-31 at noon in Phnom Penh.
    const NOW_NS: i64 = 1_798_693_200_000_000_000;

    /// An office without a hub's doings, and what was told of it.
    struct Office {
        folder: tempfile::TempDir,
        desk: Desk,
    }

    impl Office {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            drop(Tables::open(&folder.path().join("projection.db")).unwrap());
            let desk = Self::open(folder.path());
            Self { folder, desk }
        }

        fn open(folder: &Path) -> Desk {
            let accounts = Accounts {
                prefix: "BANK".to_owned(),
                zone: Country::Kh,
                calendars: Calendars::built_in(),
            };
            let [tables, file] = ["projection.db", "backoffice.db"].map(|name| folder.join(name));
            Desk::open(&tables, &file, accounts).unwrap()
        }

        fn take(&mut self, xml: &str) -> Result<Vec<Imported>, DeskError> {
            let by = Person::new("sok").unwrap();
            let file = (xml.as_bytes(), "statement.xml");
            let taken = self.desk.take_camt(file, (&by, NOW_NS), day())?;
            Ok(taken.statements.into_iter().map(|(_, how)| how).collect())
        }

        /// The file is refused by this code, and nothing changed, also in the file.
        fn refuse(&mut self, xml: &str, code: &str) {
            let before = self.told();
            assert_eq!(self.take(xml).unwrap_err().code(), code);
            assert_eq!(self.told(), before);
            self.desk = Self::open(self.folder.path());
            assert_eq!(self.told(), before);
        }

        /// Taken with so many new and known lines; again, and after a restart, it is known.
        fn takes(&mut self, xml: &str, counts: &[(u64, u64)]) {
            let taken = counts
                .iter()
                .map(|&(lines_new, lines_known)| Imported::Taken {
                    lines_new,
                    lines_known,
                });
            assert_eq!(self.take(xml).unwrap(), taken.collect::<Vec<_>>());
            self.knows(xml, counts.len());
            self.desk = Self::open(self.folder.path());
            self.knows(xml, counts.len());
        }

        fn knows(&mut self, xml: &str, many: usize) {
            let before = self.told();
            assert_eq!(self.take(xml).unwrap(), vec![Imported::Already; many]);
            assert_eq!(self.told(), before);
        }

        /// What is there: statements with their days, findings, and what is not whole.
        fn told(&mut self) -> Vec<String> {
            let (outcome, _) = self.desk.review(day(), NOW_NS).unwrap();
            let book = self.desk.store().book();
            let heads = book.statements().iter();
            let mut told: Vec<String> = heads
                .map(|head| format!("{} {}", head.id, head.day))
                .collect();
            let lines = outcome.findings.iter().flat_map(|found| &found.lines);
            told.extend(lines.map(ToString::to_string));
            told.extend(book.incomplete().iter().map(ToString::to_string));
            told
        }
    }

    fn day() -> Date {
        date(2026, 12, 31)
    }

    /// One entry: its `NtryRef`, the bank's reference, the amount and the value date.
    fn entry(number: &str, bank: &str, amount: u64, valued: &str) -> String {
        let tag = |tag: &str, text: &str| match text.is_empty() {
            true => String::new(),
            false => format!("<{tag}>{text}</{tag}>"),
        };
        format!(
            "<Ntry>{}<Amt Ccy=\"KHR\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>\
             <Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{valued}</Dt></BookgDt>\
             <ValDt><Dt>{valued}</Dt></ValDt>{}<BkTxCd/></Ntry>",
            tag("NtryRef", number),
            tag("AcctSvcrRef", bank)
        )
    }

    fn balance(kind: &str, amount: u64, on: &str) -> String {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy=\"KHR\">{amount}</Amt>\
             <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>"
        )
    }

    /// A statement or a page (`1 of 2`) of it, from one balance to another, on a day.
    fn part(id: &str, page: &str, (from, to): (u64, u64), on: &str, entries: &[String]) -> String {
        let (number, many) = page.split_once(" of ").unwrap_or(("", ""));
        let pages = match page {
            "" => String::new(),
            _ => format!(
                "<StmtPgntn><PgNb>{number}</PgNb><LastPgInd>{}</LastPgInd></StmtPgntn>",
                number == many
            ),
        };
        let first = if number.is_empty() || number == "1" {
            "OPBD"
        } else {
            "ITBD"
        };
        let last = if number == many { "CLBD" } else { "ITBD" };
        format!(
            "<Stmt><Id>{id}</Id>{pages}<CreDtTm>2027-01-01T02:00:00</CreDtTm>\
             <Acct><Id><Othr><Id>BANK-KHR</Id></Othr></Id><Ccy>KHR</Ccy></Acct>{}{}{}</Stmt>",
            balance(first, from, on),
            balance(last, to, on),
            entries.concat()
        )
    }

    fn document((version, root): (&str, &str), inner: &[String]) -> String {
        format!(
            "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:{version}\"><{root}>\
             <GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-12-31T14:00:00</CreDtTm></GrpHdr>\
             {}</{root}></Document>",
            inner.concat()
        )
    }

    fn statement(parts: &[String]) -> String {
        document(("camt.053.001.08", "BkToCstmrStmt"), parts)
    }

    fn notification(id: &str, entries: &[String]) -> String {
        let inner = format!(
            "<Ntfctn><Id>{id}</Id><CreDtTm>2026-12-31T14:00:00</CreDtTm>\
             <Acct><Id><Othr><Id>BANK-KHR</Id></Othr></Id><Ccy>KHR</Ccy></Acct>{}</Ntfctn>",
            entries.concat()
        );
        document(("camt.054.001.08", "BkToCstmrDbtCdtNtfctn"), &[inner])
    }

    const LAST: &str = "2026-12-31";
    const NEXT: &str = "2027-01-01";

    #[test]
    fn a_statement_goes_over_new_year_into_years_whose_holidays_nobody_knows() {
        let mut office = Office::new();
        let valued = [entry("1", "B1", 100, "2027-01-04")];
        office.takes(
            &statement(&[part("S1", "", (0, 100), LAST, &valued)]),
            &[(1, 0)],
        );
        let booked = [entry("1", "B2", 7, "2027-01-05")];
        office.takes(
            &statement(&[part("S2", "", (100, 107), "2027-01-05", &booked)]),
            &[(1, 0)],
        );
        assert_eq!(
            office.told(),
            [
                "S1 2026-12-31",
                "S2 2027-01-05",
                "BANK-KHR/B1",
                "BANK-KHR/B2"
            ]
        );
    }

    #[test]
    fn days_that_a_statement_cannot_be_about_are_refused_and_the_last_ones_that_it_can_are_not() {
        let mut office = Office::new();
        let with = |on: &str, valued: &str| {
            statement(&[part("S1", "", (0, 5), on, &[entry("1", "B1", 5, valued)])])
        };
        let code = "reconcile_date_out_of_range";
        for (on, valued) in [
            (LAST, "0001-01-01"),
            (LAST, "9999-12-31"),
            (LAST, "2025-12-29"),
            (LAST, "2027-02-01"),
            // The statement's own day: before all calendars, and behind the day of the import.
            ("2023-12-31", "2024-01-01"),
            ("2023-12-31", "2023-12-31"),
            ("0001-01-01", "0001-01-01"),
            ("9999-12-31", "9999-12-31"),
            ("2027-02-01", "2027-01-31"),
        ] {
            office.refuse(&with(on, valued), code);
        }
        assert_eq!(office.told(), [""; 0]);
        let edges = [
            entry("1", "B1", 5, "2025-12-30"),
            entry("2", "B2", 5, "2027-01-31"),
        ];
        office.takes(
            &statement(&[part("S1", "", (0, 10), LAST, &edges)]),
            &[(2, 0)],
        );
    }

    fn pages() -> [String; 3] {
        [
            part("S1", "1 of 3", (0, 10), LAST, &[entry("1", "B1", 10, LAST)]),
            part(
                "S1",
                "2 of 3",
                (10, 30),
                LAST,
                &[entry("1", "B2", 20, LAST)],
            ),
            part("S1", "3 of 3", (30, 60), LAST, &[entry("1", "", 30, LAST)]),
        ]
    }

    #[test]
    fn pages_are_taken_from_files_of_their_own_in_any_order_and_are_incomplete_meanwhile() {
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 2, 1]] {
            let mut office = Office::new();
            let mut incomplete = Vec::new();
            for place in order {
                office.takes(&statement(&[pages()[place].clone()]), &[(1, 0)]);
                let book = office.desk.store().book();
                let open: Vec<String> = book.incomplete().iter().map(ToString::to_string).collect();
                incomplete.push(open.concat());
            }
            let wanted = match order {
                [0, 1, 2] => ["page 2 is missing", "page 3 is missing"],
                [2, 1, 0] => ["page 1 of 3 is missing", "page 1 of 3 is missing"],
                [1, 2, 0] => ["page 1 is missing", "page 1 of 3 is missing"],
                _ => ["page 2 is missing", "page 2 of 3 is missing"],
            };
            let wanted = wanted.map(|words| format!("statement S1 is incomplete: {words}"));
            assert_eq!(incomplete, [wanted[0].as_str(), &wanted[1], ""]);
            let told = office.told();
            let lines = ["BANK-KHR/B1", "BANK-KHR/B2", "BANK-KHR/S1#3.1"];
            assert_eq!(told[..3], ["S1 2026-12-31"; 3]);
            assert_eq!(told[3..], lines);
            // The day is taken now, and the next one, on which the pages were made, is not.
            let other =
                |id, on| statement(&[part(id, "", (60, 61), on, &[entry("", "B9", 1, on)])]);
            office.refuse(&other("S2", LAST), "reconcile_day_conflict");
            office.takes(&other("S2", NEXT), &[(1, 0)]);
        }
    }

    #[test]
    fn a_file_of_all_pages_is_taken_whole_or_not_at_all() {
        let mut office = Office::new();
        let [first, second, third] = pages();
        let other = part("S9", "", (1, 2), NEXT, &[entry("1", "B9", 1, NEXT)]);
        // What is wrong comes last: what stands before it is not taken either.
        let unfit = third
            .replacen(">30<", ">31<", 1)
            .replacen(">60<", ">61<", 1);
        office.refuse(
            &statement(&[first.clone(), second.clone(), unfit]),
            "reconcile_page_unfit",
        );
        let doubled = [other.clone(), first.clone(), first.replace(">B1<", ">B7<")];
        office.refuse(&statement(&doubled), "reconcile_statement_conflict");
        let same_day = [other.clone(), other.replace("S9", "S8").replace("B9", "B8")];
        office.refuse(&statement(&same_day), "reconcile_day_conflict");
        // The same entry on two pages: merged, one of two movements would be lost.
        let again = second
            .replace(">B2<", ">B1<")
            .replace(">20<", ">10<")
            .replace(">30<", ">20<");
        office.refuse(
            &statement(&[first.clone(), again]),
            "reconcile_line_conflict",
        );
        assert_eq!(office.told(), [""; 0]);

        let whole = statement(&[first.clone(), second.clone(), third.clone(), other]);
        office.takes(&whole, &[(1, 0), (1, 0), (1, 0), (1, 0)]);
        let told = office.told();
        assert_eq!(office.desk.store().book().incomplete(), []);
        assert_eq!(office.desk.store().book().lines_len(), 4);
        // Another file with one of them, a page behind the last, and the whole without pages.
        office.refuse(&statement(&[second]), "reconcile_statement_conflict");
        let fourth = third.replace("<PgNb>3<", "<PgNb>4<");
        office.refuse(&statement(&[fourth]), "reconcile_statement_conflict");
        let unpaged = part("S1", "", (0, 1), LAST, &[entry("1", "", 1, LAST)]);
        office.refuse(&statement(&[unpaged]), "reconcile_statement_conflict");
        office.refuse(
            &statement(&[first.replace("<PgNb>1<", "<PgNb>0<")]),
            "reconcile_field_malformed",
        );
        assert_eq!(office.told(), told);
    }

    #[test]
    fn a_page_of_another_statement_of_a_day_that_is_there_is_refused() {
        let mut office = Office::new();
        let whole = part("S0", "", (0, 1), LAST, &[entry("1", "", 1, LAST)]);
        office.takes(&statement(&[whole]), &[(1, 0)]);
        for page in pages() {
            office.refuse(&statement(&[page]), "reconcile_day_conflict");
        }
    }

    #[test]
    fn entries_that_are_only_counted_are_other_ones_every_day() {
        let mut office = Office::new();
        let first = [entry("1", "", 1_000, LAST), entry("2", "", 1_000, LAST)];
        office.takes(
            &statement(&[part("S1", "", (0, 2_000), LAST, &first)]),
            &[(2, 0)],
        );
        // The same numbers, one with the same amount and even the same value date.
        let second = [entry("1", "", 1_000, LAST), entry("2", "", 7, NEXT)];
        office.takes(
            &statement(&[part("S2", "", (2_000, 3_007), NEXT, &second)]),
            &[(2, 0)],
        );
        let lines = ["S1#1", "S1#2", "S2#1", "S2#2"].map(|name| format!("BANK-KHR/{name}"));
        assert_eq!(office.told()[2..], lines);
    }

    #[test]
    fn a_notification_that_only_counts_never_hides_a_line_of_the_statement() {
        let mut office = Office::new();
        let deposit = [entry("1", "", 1_000_000, LAST)];
        office.refuse(&notification("N1", &deposit), "reconcile_line_nameless");
        let day = part("S1", "", (0, 1_000_000), LAST, &deposit);
        office.takes(&statement(&[day]), &[(1, 0)]);
        assert_eq!(office.told(), ["S1 2026-12-31", "BANK-KHR/S1#1"]);
    }

    #[test]
    fn the_banks_reference_joins_a_notification_with_one_days_statement_and_no_other() {
        let mut office = Office::new();
        // Counted differently in both files, known by the bank's reference.
        let told = [entry("1", "B1", 5, LAST)];
        office.takes(&notification("N1", &told), &[(1, 0)]);
        office.takes(&notification("N2", &told), &[(0, 1)]);
        let booked = [entry("1", "B0", 9, LAST), entry("2", "B1", 5, LAST)];
        office.takes(
            &statement(&[part("S1", "", (0, 14), LAST, &booked)]),
            &[(1, 1)],
        );
        office.takes(&notification("N3", &told), &[(0, 1)]);
        let again = part("S2", "", (14, 19), NEXT, &told);
        office.refuse(&statement(&[again]), "reconcile_line_conflict");
        assert_eq!(office.desk.store().book().lines_len(), 2);
        // What looks like the place of a line without a reference is not that line.
        let counted = [entry("1", "", 3, LAST)];
        let mut other = Office::new();
        other.takes(
            &statement(&[part("S1", "", (0, 3), LAST, &counted)]),
            &[(1, 0)],
        );
        let alike = [entry("1", "S1#1", 3, LAST)];
        other.refuse(&notification("N1", &alike), "reconcile_line_conflict");
    }

    #[test]
    fn payments_of_one_counted_entry_are_told_apart() {
        let mut office = Office::new();
        let detail = |amount: u64, refs: &str| {
            format!(
                "<TxDtls>{refs}<Amt Ccy=\"KHR\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd></TxDtls>"
            )
        };
        let with = |number: &str, amount, details: &[String]| {
            let details = format!("<BkTxCd/><NtryDtls>{}</NtryDtls>", details.concat());
            entry(number, "", amount, LAST).replace("<BkTxCd/>", &details)
        };
        let named = "<Refs><AcctSvcrRef>B7</AcctSvcrRef></Refs>";
        let entries = [
            with("1", 30, &[detail(10, ""), detail(20, "")]),
            with("2", 5, &[detail(5, named)]),
        ];
        office.takes(
            &statement(&[part("S1", "", (0, 35), LAST, &entries)]),
            &[(3, 0)],
        );
        assert_eq!(
            office.told()[1..],
            ["BANK-KHR/B7", "BANK-KHR/S1#1", "BANK-KHR/S1#1/2"]
        );
    }

    #[test]
    fn the_hubs_own_statements_of_two_windows_are_both_taken() {
        let first = include_str!("papers/account-acleda.xml");
        let second = first
            .replace("LW1-", "LW2-")
            .replace("2026-11-18T", "2026-11-19T")
            .replacen(">0</Amt>", ">50000000</Amt>", 1)
            .replacen(">50000000</Amt>", ">100000000</Amt>", 2)
            .replacen(">100000000</Amt>", ">50000000</Amt>", 1);
        let mut office = Office::new();
        office.takes(first, &[(1, 0)]);
        office.takes(&second, &[(1, 0)]);
        let lines = ["LW1-acleda-KHR#1.1", "LW2-acleda-KHR#1.1"];
        assert_eq!(
            office.told()[2..],
            lines.map(|line| format!("acleda/liquidity/{line}"))
        );
    }
}
