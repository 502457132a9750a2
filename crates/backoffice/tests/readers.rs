//! Files as banks send them, and as they should not.

#[cfg(test)]
#[path = "common/world.rs"]
mod world;

#[cfg(test)]
mod tests {
    use backoffice::reconcile::read::{About, Bakong, Mapping, read_bakong, read_csv};
    use backoffice::reconcile::{
        Account, Balance, Book, Direction, Draft, DraftLine, Imported, ReconcileError, StatementId,
        StatementKind, Sum,
    };
    use calendar::{Calendars, Country};
    use expect_test::{Expect, expect};
    use money::{Amount, Currency};

    use super::world::{Dice, day, draft, head, line, tell};

    fn about() -> About {
        About {
            account: Account::new("acleda").unwrap(),
            id: StatementId::new("S1").unwrap(),
            kind: StatementKind::EndOfDay,
            day: day(0),
            file_name: "statement.csv".into(),
            currencies: vec![],
        }
    }

    const JAPANESE: &str = r#"
        date_format = "%Y/%m/%d"
        group = ","
        currency = "JPY"
        [columns]
        value_date = "日付"
        credit = "お預り金額"
        debit = "お支払金額"
        balance = "残高"
        reference = "摘要"
        entry_ref = "番号"
        [trailer]
        marker = "合計"
        lines = 2
        credits = 3
        debits = 4
    "#;

    const JAPANESE_FILE: &str = "\u{feff}日付,番号,お預り金額,お支払金額,残高,摘要\n\
        2026/06/10,A1,\"3,000\",,\"103,000\",SPEAN 123E4567-E89B-42D3-A456-426614174000\n\
        2026/06/11,A2,,500,\"102,500\",振込\n\
        合計,2,\"3,000\",500\n";

    const CAMBODIAN: &str = r#"
        delimiter = ";"
        date_format = "%d-%b-%Y"
        [columns]
        value_date = "Value"
        booked_on = "Booked"
        amount = "Amount"
        indicator = "D/C"
        currency = "Ccy"
        end_to_end = "Customer ref"
        hash = "Hash"
        uetr = "UETR"
        counterparty = "Name"
        reversal = "Type"
    "#;

    const CAMBODIAN_FILE: &str = "Booked;Value;Ccy;Amount;D/C;Customer ref;Hash;UETR;Name;Type\r\n\
        10-Jun-2026;11-Jun-2026;KHR;7200.00;CR;NOTPROVIDED;ab12;;ហាងកាហ្វេ;\r\n\
        10-Jun-2026;10-Jun-2026;USD;1.80;d;SPEAN-2;;123e4567-e89b-42d3-a456-426614174000;\"A; B\";rev\r\n";

    const SIGNED: &str = r#"
        currency = "USD"
        final_newline = false
        [columns]
        value_date = "date"
        amount = "amount"
        reference = "text"
    "#;

    const BAKONG_HEADER: &str = "ID,SRC_ACCOUNT,DEST_ACCOUNT,CCY,AMOUNT,CREATED_TIME,LOCAL_TIME,\
        BSA_DATE,TRN_HASH,STATUS,SRC_ACC_TYPE,DEST_ACC_TYPE,SRC_BIN,DEST_BIN,DOMAIN,TYPE\n";

    fn bakong_row(id: u32, changes: &[(usize, &str)]) -> String {
        let id = id.to_string();
        let hash = format!("{id}f00d");
        let mut fields = [
            &id,
            "dara@aclb",
            "sok@stp",
            "KHR",
            "7200",
            "1780000000",
            "2026-06-10 12:00",
            "2026-06-10",
            &hash,
            "SUCCESS",
            "P",
            "P",
            "001",
            "002",
            "kh",
            "TRANSFER",
        ];
        for (place, field) in changes {
            fields[*place] = field;
        }
        fields.join(",") + "\n"
    }

    fn csv(mapping: &str, file: &[u8]) -> Result<Draft, ReconcileError> {
        read_csv(file, &Mapping::parse(mapping).unwrap(), &about())
    }

    fn bakong(file: &str) -> Result<Draft, ReconcileError> {
        read_bakong(file.as_bytes(), &Bakong::of(&["001"]), &about())
    }

    fn text_of(draft: &Draft) -> String {
        let mut text = String::new();
        for line in &draft.lines {
            let DraftLine { keys, .. } = line;
            let or = |reference: &Option<backoffice::reconcile::Reference>| {
                reference.as_ref().map_or("-", |it| it.as_str()).to_owned()
            };
            let uetr = keys.uetr.map_or("-".to_owned(), |uetr| uetr.to_string());
            text += &format!(
                "{} {} {} {} {} entry {}\n  uetr {uetr} hash {} ref {} e2e {} by {}{}\n",
                line.position,
                line.booked_on,
                line.value_date,
                line.money,
                line.direction.word(),
                or(&line.entry_ref),
                or(&keys.hash),
                or(&keys.reference),
                or(&line.end_to_end),
                or(&line.counterparty),
                if line.is_reversal { " reversal" } else { "" }
            );
        }
        text += &format!("lines {:?} left out {}\n", draft.lines_said, draft.left_out);
        for sum in &draft.sums {
            text += &format!("{} {}\n", sum.direction.word(), sum.amount.minor());
        }
        for balance in &draft.balances {
            text += &format!("{} -> {}\n", balance.opening_minor, balance.closing_minor);
        }
        text.replace("123e4567-e89b-42d3-a456-426614174000", "UUID")
            .replace("123E4567-E89B-42D3-A456-426614174000", "UUID")
    }

    fn check(draft: Result<Draft, ReconcileError>, told: Expect) {
        let draft = draft.unwrap();
        told.assert_eq(&text_of(&draft));
        draft.check(&Calendars::built_in(), &Country::ALL).unwrap();
    }

    #[test]
    fn files_are_read_by_their_mappings() {
        check(
            csv(JAPANESE, JAPANESE_FILE.as_bytes()),
            expect![[r#"
                2 2026-06-10 2026-06-10 JPY 3000 credit entry A1
                  uetr UUID hash - ref SPEAN UUID e2e - by -
                3 2026-06-11 2026-06-11 JPY 500 debit entry A2
                  uetr - hash - ref 振込 e2e - by -
                lines Some(2) left out 0
                credit 3000
                debit 500
                100000 -> 102500
            "#]],
        );
        check(
            csv(CAMBODIAN, CAMBODIAN_FILE.as_bytes()),
            expect![[r#"
                2 2026-06-10 2026-06-11 KHR 7200 credit entry -
                  uetr - hash ab12 ref - e2e - by ហាងកាហ្វេ
                3 2026-06-10 2026-06-10 USD 1.80 debit entry -
                  uetr UUID hash - ref - e2e SPEAN-2 by A; B reversal
                lines None left out 0
            "#]],
        );
        let file = b"date,text,amount\n2026-06-10,\"a \"\"b\"\"\",-1.50\n2026-06-10,,+2";
        check(
            csv(SIGNED, file),
            expect![[r#"
                2 2026-06-10 2026-06-10 USD 1.50 debit entry -
                  uetr - hash - ref a "b" e2e - by -
                3 2026-06-10 2026-06-10 USD 2.00 credit entry -
                  uetr - hash - ref - e2e - by -
                lines None left out 0
            "#]],
        );
    }

    #[test]
    fn bakongs_file_is_read_without_the_accounts_of_people() {
        let file = [
            BAKONG_HEADER.to_owned(),
            bakong_row(1, &[]),
            bakong_row(2, &[(12, "002"), (13, "001"), (3, "USD"), (4, "1.80")]),
            bakong_row(3, &[(9, "FAILED")]),
            bakong_row(4, &[(13, "001")]),
            bakong_row(5, &[(12, "002"), (13, "001"), (15, "REVERSAL")]),
        ];
        check(
            bakong(&file.concat()),
            expect![[r#"
                2 2026-06-10 2026-06-10 KHR 7200 debit entry 1
                  uetr - hash 1f00d ref - e2e - by -
                3 2026-06-10 2026-06-10 USD 1.80 credit entry 2
                  uetr - hash 2f00d ref - e2e - by -
                6 2026-06-10 2026-06-10 KHR 7200 credit entry 5
                  uetr - hash 5f00d ref - e2e - by - reversal
                lines None left out 2
            "#]],
        );
        // A day without entries is a day.
        check(
            bakong(BAKONG_HEADER),
            expect![[r#"
            lines None left out 0
        "#]],
        );
    }

    fn code(draft: Result<Draft, ReconcileError>) -> String {
        draft
            .map(|_| "read".to_owned())
            .unwrap_or_else(|error| format!("{}\n  {error}\n", error.code()))
            .replace(": failed to", ":\n  failed to")
            .replace(": its", ":\n  its")
    }

    fn changed(mapping: &str, file: &str, (from, to): (&str, &str)) -> String {
        assert!(file.contains(from), "{from}");
        code(csv(mapping, file.replacen(from, to, 1).as_bytes()))
    }

    #[test]
    fn bad_files_of_one_bank_are_told_by_what_is_wrong_and_where() {
        let mut told = String::new();
        // Nothing, UTF-16 and Shift JIS.
        for file in [&b""[..], b"\xff\xfe\x00", b"\x93\xfa\x95t,\n"] {
            told += &code(csv(JAPANESE, file));
        }
        for change in [
            ("合計,2,\"3,000\",500\n", ""),
            ("500\n", "500"),
            ("振込\n", "\"振込\n"),
            ("日付", "日時"),
            ("番号", "日付"),
            ("2026/06/11", "2026-06-11"),
            ("2026/06/11", "2026/02/30"),
            ("\"3,000\",,", "\"3,00\",,"),
            ("\"3,000\",,", "3000.5,,"),
            ("\"3,000\",,", "-3000,,"),
            ("\"3,000\",,", "0,,"),
            ("\"3,000\",,", ",,"),
            ("\"3,000\",,", "3000,3000,"),
            ("振込", "振込,more"),
            ("振込", "振\u{7}込"),
            ("合計,2", "合計,two"),
        ] {
            told += &changed(JAPANESE, JAPANESE_FILE, change);
        }
        expect![[r#"
            reconcile_file_empty
              find a line in the file
            reconcile_not_utf8
              read the file as UTF-8, from byte `0` on
            reconcile_not_utf8
              read the file as UTF-8, from byte `0` on
            reconcile_cut_off
              find the end of the file: it was cut off at row `3`
            reconcile_cut_off
              find the end of the file: it was cut off at row `4`
            reconcile_cut_off
              find the end of the file: it was cut off at row `4`
            reconcile_column_missing
              find the column once in the header `日付`
            reconcile_column_missing
              find the column once in the header `日付`
            reconcile_date_malformed
              read the date of row `3`
            reconcile_date_malformed
              read the date of row `3`
            reconcile_amount_malformed
              read the amount of row `2`:
              failed to read the amount: not plain digits
            reconcile_amount_malformed
              read the amount of row `2`:
              failed to keep more decimals than the currency has
            reconcile_amount_malformed
              read the amount of row `2`:
              failed to take a negative amount
            reconcile_row_malformed
              read row 2: no amount
            reconcile_row_malformed
              read row 2: one of credit and debit, and not both
            reconcile_row_malformed
              read row 2: one of credit and debit, and not both
            reconcile_row_malformed
              read row 3: not as many fields as the header
            reconcile_field_malformed
              take the field of row 3 `摘要`
            reconcile_row_malformed
              read row 4: no count in the trailer
        "#]]
        .assert_eq(&told);
    }

    #[test]
    fn bad_files_of_another_bank_are_told_by_what_is_wrong_and_where() {
        let mut told = String::new();
        for change in [
            (";CR;", ";X;"),
            ("KHR", "EUR"),
            ("KHR", "khr"),
            ("7200.00", "7200.50"),
            ("7200.00", "99999999999999999999"),
            ("123e4567", "x23e4567"),
            ("\"A; B\";rev", "\"A; B\""),
        ] {
            told += &changed(CAMBODIAN, CAMBODIAN_FILE, change);
        }
        expect![[r#"
            reconcile_field_malformed
              take the field of row 2 `D/C`
            reconcile_currency_unknown
              know the currency of row 2 `EUR`
            reconcile_currency_unknown
              know the currency of row 2 `khr`
            reconcile_amount_malformed
              read the amount of row `2`:
              failed to keep more decimals than the currency has
            reconcile_amount_malformed
              read the amount of row `2`:
              failed to hold more than 2^63 - 1 minor units
            reconcile_field_malformed
              take the field of row 3 `UETR`
            reconcile_cut_off
              find the end of the file: it was cut off at row `3`
        "#]]
        .assert_eq(&told);
    }

    #[test]
    fn bad_files_of_bakong_are_told_by_what_is_wrong_and_where() {
        let mut told = code(bakong(&BAKONG_HEADER.replace("TRN_HASH", "HASH")));
        for change in [
            (9, "PENDING"),
            (12, "003"),
            (8, ""),
            (0, ""),
            (7, "10/06/2026"),
            (4, "72,00"),
        ] {
            told += &code(bakong(
                &(BAKONG_HEADER.to_owned() + &bakong_row(1, &[change])),
            ));
        }
        expect![[r#"
            reconcile_column_missing
              find the column once in the header `TRN_HASH`
            reconcile_field_malformed
              take the field of row 2 `STATUS`
            reconcile_line_foreign
              find the account in row `2`
            reconcile_field_malformed
              take the field of row 2 `TRN_HASH`
            reconcile_field_malformed
              take the field of row 2 `ID`
            reconcile_date_malformed
              read the date of row `2`
            reconcile_row_malformed
              read row 2: not as many fields as the header
        "#]]
        .assert_eq(&told);
    }

    #[test]
    fn a_file_that_was_cut_off_anywhere_is_never_taken_as_a_shorter_one() {
        let mapping = Mapping::parse(JAPANESE).unwrap();
        let bytes = JAPANESE_FILE.as_bytes();
        for end in 0..bytes.len() {
            let read = read_csv(&bytes[..end], &mapping, &about());
            assert!(read.is_err(), "{end}");
        }
        // Without a trailer, what ends with a row cannot be told from a shorter file; everything
        // else can.
        let bytes = CAMBODIAN_FILE.as_bytes();
        for end in 0..bytes.len() {
            let is_at_row = bytes[..end].ends_with(b"\n") && end > 70;
            let read = csv(CAMBODIAN, &bytes[..end]);
            assert_eq!(read.is_ok(), is_at_row, "{end}");
        }
    }

    #[test]
    fn bytes_that_were_changed_are_read_or_refused_and_nothing_else() {
        let mut dice = Dice(21);
        let mapping = Mapping::parse(CAMBODIAN).unwrap();
        let mut refused = 0;
        for _ in 0..20_000 {
            let mut bytes = CAMBODIAN_FILE.as_bytes().to_vec();
            for _ in 0..=dice.below(3) {
                let many = u64::try_from(bytes.len()).unwrap();
                let at = usize::try_from(dice.below(many)).unwrap();
                match dice.below(3) {
                    0 => bytes[at] = u8::try_from(dice.below(256)).unwrap(),
                    1 => {
                        bytes.remove(at);
                    }
                    _ => bytes.insert(at, bytes[at]),
                }
            }
            match read_csv(&bytes, &mapping, &about()) {
                Ok(draft) => assert!(draft.lines.len() <= 2),
                Err(error) => {
                    assert!(error.code().starts_with("reconcile_"));
                    refused += 1;
                }
            }
        }
        assert!(refused > 5_000, "{refused}");
    }

    #[test]
    fn mappings_that_make_no_sense_are_refused() {
        let mut told = String::new();
        for text in [
            "",
            "[columns]",
            "unknown = 1\n[columns]\nvalue_date = \"d\"\namount = \"a\"",
            "[columns]\nvalue_date = \"d\"\namount = \"a\"",
            "currency = \"JPY\"\n[columns]\nvalue_date = \"d\"",
            "currency = \"JPY\"\n[columns]\nvalue_date = \"d\"\namount = \"a\"\ncredit = \"c\"",
            "currency = \"JPY\"\n[columns]\nvalue_date = \"d\"\ncredit = \"c\"",
            "currency = \"EUR\"\n[columns]\nvalue_date = \"d\"\namount = \"a\"",
            "currency = \"JPY\"\n[columns]\nvalue_date = \"d\"\namount = \"a\"\ncurrency = \"c\"",
            "[columns]\nvalue_date = \"d\"\namount = \"a\"\ncurrency = \"c\"\nbalance = \"b\"",
            "delimiter = \"x\"\n[columns]\nvalue_date = \"d\"\namount = \"a\"\ncurrency = \"c\"",
            "group = \".\"\n[columns]\nvalue_date = \"d\"\namount = \"a\"\ncurrency = \"c\"",
            "currency = \"JPY\"\n[columns]\nvalue_date = \"d\"\namount = \"a\"\n[trailer]\n\
             marker = \"T\"\nlines = 0",
        ] {
            let error = Mapping::parse(text).unwrap_err();
            assert_eq!(error.code(), "reconcile_mapping_malformed");
            told += error.to_string().split(", expected").next().unwrap();
            told.push('\n');
        }
        expect![[r#"
            read the mapping: missing field `columns`
            read the mapping: missing field `value_date`
            read the mapping: unknown field `unknown`
            read the mapping: one of a currency and its column, and not both
            read the mapping: an amount, an amount with an indicator, or a credit with a debit
            read the mapping: an amount, an amount with an indicator, or a credit with a debit
            read the mapping: an amount, an amount with an indicator, or a credit with a debit
            read the mapping: no such currency
            read the mapping: one of a currency and its column, and not both
            read the mapping: sums and balances of one currency only
            read the mapping: no such delimiter
            read the mapping: no such way to write numbers
            read the mapping: fields of a trailer count from 1
        "#]]
        .assert_eq(&told);
    }

    /// Two lines of acleda's: 3000 in, 500 out.
    fn two_lines() -> Draft {
        let lines = ["L1 | JPY 3000 | u1", "L2 | JPY -500 | u2"];
        let lines = lines.iter().map(|text| line(text).1).collect();
        draft(&about().account, "S1", day(0), lines)
    }

    fn sum(direction: Direction, minor: u64) -> Sum {
        Sum {
            currency: Currency::Jpy,
            direction,
            amount: Amount::from_minor(minor).unwrap(),
        }
    }

    fn balance(closing_minor: i64) -> Balance {
        Balance {
            currency: Currency::Jpy,
            opening_minor: -100,
            closing_minor,
        }
    }

    #[test]
    fn statements_that_contradict_themselves_are_refused() {
        let changes: [fn(&mut Draft); 9] = [
            |draft| draft.lines_said = Some(3),
            |draft| draft.lines_said = Some(1),
            |draft| draft.sums.push(sum(Direction::Credit, 2_999)),
            |draft| draft.sums.push(sum(Direction::Debit, 3_500)),
            |draft| draft.balances.push(balance(2_401)),
            |draft| draft.currencies = vec![Currency::Khr],
            |draft| draft.lines[1].value_date = jiff::civil::date(2027, 1, 4),
            |draft| draft.lines[1].entry_ref = draft.lines[0].entry_ref.clone(),
            |draft| {
                draft.head.kind = StatementKind::Notification;
                draft.lines[1].entry_ref = None;
            },
        ];
        let mut told = String::new();
        for change in changes {
            let mut draft = two_lines();
            change(&mut draft);
            let checked = draft.check(&Calendars::built_in(), &Country::ALL);
            let error = checked.unwrap_err();
            let error = format!("{}\n  {error}\n", error.code());
            told += &error
                .replace(": failed to", ":\n  failed to")
                .replace(": its", ":\n  its");
        }
        expect![[r#"
            reconcile_cut_off
              find the end of the file: it was cut off at row `2`
            reconcile_totals_wrong
              find the statement's count in its lines: 1 said, `2` found
            reconcile_totals_wrong
              find the statement's credits in its lines: 2999 said, `3000` found
            reconcile_totals_wrong
              find the statement's debits in its lines: 3500 said, `500` found
            reconcile_totals_wrong
              find the statement's closing balance in its lines: 2401 said, `2400` found
            reconcile_currency_foreign
              take the currency of row 1, which is not the account's `JPY`
            reconcile_date_out_of_range
              take the date of row 2, which is not from 2025-06-09 to 2026-07-11 `2027-01-04`
            reconcile_line_repeated
              take row 2: it repeats the entry of row `1`
            reconcile_line_nameless
              take a notification whose row 2 has no reference of the entry
        "#]]
        .assert_eq(&told);
    }

    #[test]
    fn a_statement_that_says_what_its_lines_are_is_taken() {
        let mut right = two_lines();
        right.lines_said = Some(2);
        right.sums = vec![sum(Direction::Credit, 3_000), sum(Direction::Debit, 500)];
        right.balances = vec![balance(2_400)];
        right.currencies = vec![Currency::Jpy];
        let taken = right.check(&Calendars::built_in(), &Country::ALL).unwrap();
        assert_eq!(taken.lines().len(), 2);
    }

    #[test]
    fn a_book_takes_a_file_once_and_one_file_for_a_day() {
        let calendars = Calendars::built_in();
        let checked = |draft: Draft| draft.check(&calendars, &Country::ALL).unwrap();
        let mut book = Book::default();
        let first = checked(two_lines());
        let taken = Imported::Taken {
            lines_new: 2,
            lines_known: 0,
        };
        assert_eq!(book.import(&first), Ok(taken));
        let before = tell(&book.outcome(day(9)));
        assert_eq!(book.import(&first), Ok(Imported::Already));

        let account = about().account;
        let other = |id: &str, on: i32, kind, lines: &[&str]| {
            let lines = lines.iter().map(|text| line(text).1).collect();
            let mut draft = draft(&account, id, day(on), lines);
            draft.head = head(&account, id, day(on));
            draft.head.digest = backoffice::reconcile::Digest::of(format!("{id}{on}").as_bytes());
            draft.head.kind = kind;
            checked(draft)
        };
        let (end, early) = (StatementKind::EndOfDay, StatementKind::Notification);
        let line = ["L3 | JPY 7 | u3"];
        let code = |book: &mut Book, statement| book.import(&statement).unwrap_err().code();
        assert_eq!(
            code(&mut book, other("S1", 1, end, &line)),
            "reconcile_statement_conflict"
        );
        assert_eq!(
            code(&mut book, other("S2", 0, end, &line)),
            "reconcile_day_conflict"
        );
        let changed = ["L3 | JPY 7 | u3", "L1 | JPY 3001 | u1"];
        assert_eq!(
            code(&mut book, other("S2", 1, end, &changed)),
            "reconcile_line_conflict"
        );
        let changed = ["L3 | JPY 7 | u3", "L1 | JPY 3000 | u9"];
        assert_eq!(
            code(&mut book, other("S2", 1, end, &changed)),
            "reconcile_line_conflict"
        );
        // Nothing of any of them was taken.
        assert_eq!(tell(&book.outcome(day(9))), before);
        assert_eq!((book.lines_len(), book.statements().len()), (2, 1));

        // A notification for the day may come, early or late, and what it knows is added.
        let early = other(
            "N1",
            0,
            early,
            &["L1 | JPY 3000 | u1 h1", "L3 | JPY 7 | u3"],
        );
        let taken = Imported::Taken {
            lines_new: 1,
            lines_known: 1,
        };
        assert_eq!(book.import(&early), Ok(taken));
        book.expect(super::world::expected("E1 | JPY 3000 | h1"))
            .unwrap();
        let outcome = book.outcome(day(9));
        assert_eq!(
            tell(&outcome).lines().next(),
            Some("matched L1 = E1 by hash")
        );
    }

    #[test]
    fn an_expectation_is_taken_once() {
        let mut book = Book::default();
        let wanted = super::world::expected("E1 | JPY 3000 | u1");
        assert_eq!(book.expect(wanted.clone()), Ok(true));
        assert_eq!(book.expect(wanted), Ok(false));
        let other = super::world::expected("E1 | JPY 3001 | u1");
        let error = book.expect(other).unwrap_err();
        assert_eq!(error.code(), "reconcile_expected_conflict");
        assert_eq!(book.expected_len(), 1);
    }
}
