//! What must not be read, and why: each file is refused whole, with a stable code and the place.

#[cfg(test)]
mod tests {
    use std::io::{self, BufRead, BufReader, Read};

    use iso20022::statement::{Entry, stream};
    use iso20022::{Message, ReadError, limits};

    const STATEMENT: &str = include_str!("messages/camt.053.001.08.xml");
    const NOTIFICATION: &str = include_str!("messages/camt.054.001.08.xml");
    const PAYMENT: &str = include_str!("messages/pacs.008.001.09.xml");
    const CANCELLATION: &str = include_str!("messages/camt.056.001.09.xml");
    const REVERSAL: &str = include_str!("messages/pain.007.001.10.xml");
    const INITIATION: &str = include_str!("messages/pain.001.001.10.xml");

    fn told(result: Result<Message, ReadError>) -> String {
        match result {
            Ok(message) => format!("{} read", message.version().name()),
            Err(error) => format!("{} {}", error.refusal.code(), error.path),
        }
    }

    /// One place of a file changed.
    fn check(file: &str, from: &str, to: &str, expected: &str) {
        assert!(file.contains(from), "{from}");
        let changed = file.replacen(from, to, 1);
        let actual = told(Message::read_bytes(changed.as_bytes()));
        assert_eq!(actual, expected, "{from} -> {to}");
    }

    fn check_bytes(bytes: &[u8], expected: &str) {
        assert_eq!(told(Message::read_bytes(bytes)), expected);
    }

    #[test]
    fn declarations_and_entities_are_refused() {
        let root = "<Document xmlns";
        let bomb = "<!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]>\
                    <Document xmlns";
        check(STATEMENT, root, bomb, "xml_doctype /");
        let outside = "<!DOCTYPE d SYSTEM \"file:///etc/passwd\"><Document xmlns";
        check(STATEMENT, root, outside, "xml_doctype /");
        let id = "<Id>SB-2026-06-30-JPY</Id>";
        let path = "/Document/BkToCstmrStmt/Stmt/Id";
        check(
            STATEMENT,
            id,
            "<Id>&bomb;</Id>",
            &format!("xml_entity {path}"),
        );
        check(
            STATEMENT,
            id,
            "<Id>&#0;</Id>",
            &format!("xml_malformed {path}"),
        );
        check(
            STATEMENT,
            id,
            "<Id>&#8;</Id>",
            "text_forbidden /Document/BkToCstmrStmt/Stmt/Id",
        );
        check(
            STATEMENT,
            id,
            "<Id>A&amp;B &#x7A7A;</Id>",
            "camt.053.001.08 read",
        );
        check(
            STATEMENT,
            id,
            "<Id><![CDATA[A&B]]></Id>",
            "camt.053.001.08 read",
        );
    }

    #[test]
    fn other_encodings_are_refused() {
        let wide: Vec<u16> = STATEMENT.encode_utf16().collect();
        let little: Vec<u8> = wide.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = wide.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        check_bytes(&little, "xml_encoding /");
        check_bytes(&big, "xml_encoding /");
        check_bytes(
            &[&[0xFF, 0xFE], little.as_slice()].concat(),
            "xml_encoding /",
        );
        check_bytes(&[&[0xFE, 0xFF], big.as_slice()].concat(), "xml_encoding /");
        check_bytes(b"\x4C\x6F\xA7\x94\x93", "xml_encoding /");
        for name in ["UTF-16", "ISO-8859-1", "Shift_JIS", "windows-1252"] {
            check(
                STATEMENT,
                "\"UTF-8\"",
                &format!("\"{name}\""),
                "xml_encoding /",
            );
        }
        let bytes = STATEMENT
            .replace("fee booked", "fee b\u{0}oked")
            .replace('\u{0}', "\u{1}");
        let latin: Vec<u8> = bytes
            .bytes()
            .map(|byte| if byte == 1 { 0xE9 } else { byte })
            .collect();
        check_bytes(
            &latin,
            "xml_encoding /Document/BkToCstmrStmt/Stmt/Ntry/AddtlNtryInf",
        );
        // These are UTF-8.
        check(STATEMENT, "<?xml", "\u{FEFF}<?xml", "camt.053.001.08 read");
        check(STATEMENT, "\"UTF-8\"", "\"utf-8\"", "camt.053.001.08 read");
        check(STATEMENT, " encoding=\"UTF-8\"", "", "camt.053.001.08 read");
        check(
            STATEMENT,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
            "",
            "camt.053.001.08 read",
        );
        check(STATEMENT, "\"1.0\"", "\"1.1\"", "xml_malformed /");
    }

    #[test]
    fn a_file_that_is_not_whole_is_refused_whole() {
        for file in [STATEMENT, NOTIFICATION, PAYMENT, INITIATION] {
            let whole = file.trim_end().len();
            for end in (0..whole).step_by(97).chain([whole - 1]) {
                let error = Message::read_bytes(&file.as_bytes()[..end]).unwrap_err();
                assert_eq!(error.refusal.code(), "xml_truncated", "{end} {error}");
            }
            let mut entries: Vec<Entry> = Vec::new();
            let mut half = &file.as_bytes()[..whole / 2];
            assert!(stream(&mut half, &mut |_, entry| entries.push(entry)).is_err());
        }
    }

    #[test]
    fn nothing_may_stand_behind_or_before() {
        for (tail, expected) in [
            ("\n<!-- the end -->\n", "camt.053.001.08 read"),
            ("x", "xml_trailing /"),
            ("<Document/>", "xml_trailing /Document"),
            (STATEMENT, "xml_malformed /"),
            ("</Document>", "xml_malformed /"),
        ] {
            check_bytes(format!("{STATEMENT}{tail}").as_bytes(), expected);
        }
        check_bytes(format!("x{STATEMENT}").as_bytes(), "xml_malformed /");
        check(
            STATEMENT,
            "</BkToCstmrStmt>",
            "</BkToCstmrStmt><More/>",
            "xml_repeated /Document/More",
        );
        check(
            STATEMENT,
            "<Stmt>",
            "<Stmt>here",
            "xml_text_here /Document/BkToCstmrStmt/Stmt",
        );
        check(
            STATEMENT,
            "</Stmt>",
            "</Smtt>",
            "xml_malformed /Document/BkToCstmrStmt/Stmt",
        );
        check(
            STATEMENT,
            "<Ntry>",
            "<Ntry a='1' a='2'>",
            "xml_malformed /Document/BkToCstmrStmt/Stmt",
        );
    }

    #[test]
    fn size_and_depth_are_bounded() {
        let id = "<Id>SB-2026-06-30-JPY</Id>";
        let at = "/Document/BkToCstmrStmt/Stmt/Id";
        let long = format!("<Id>{}</Id>", "a".repeat(limits::TOKEN_BYTES_MAX + 9));
        check(STATEMENT, id, &long, &format!("xml_too_long {at}"));
        let pieces = format!("<Id>{}</Id>", "&#97;".repeat(limits::TEXT_BYTES_MAX + 1));
        check(STATEMENT, id, &pieces, &format!("xml_too_long {at}"));
        let comment = format!("<!--{}-->{id}", "a".repeat(limits::TOKEN_BYTES_MAX));
        check(
            STATEMENT,
            id,
            &comment,
            "xml_too_long /Document/BkToCstmrStmt/Stmt",
        );
        let attribute = format!("<Id a='{}'/>", "a".repeat(limits::TOKEN_BYTES_MAX));
        check(
            STATEMENT,
            id,
            &attribute,
            "xml_too_long /Document/BkToCstmrStmt/Stmt",
        );
        let over = format!("<Id>{}</Id>", "a".repeat(36));
        check(
            STATEMENT,
            id,
            &over,
            "text_too_long /Document/BkToCstmrStmt/Stmt/Id",
        );
        check(
            STATEMENT,
            id,
            "<Id/>",
            "text_empty /Document/BkToCstmrStmt/Stmt/Id",
        );

        let unknown = |depth: usize| format!("{id}{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        check(
            STATEMENT,
            id,
            &unknown(limits::DEPTH_MAX - 3),
            "camt.053.001.08 read",
        );
        let names = "/a".repeat(limits::DEPTH_MAX - 3);
        let expected = format!("xml_too_deep /Document/BkToCstmrStmt/Stmt{names}");
        check(STATEMENT, id, &unknown(1_000_000), &expected);

        let many: String = (0..=limits::ATTRIBUTES_MAX)
            .map(|n| format!(" a{n}='1'"))
            .collect();
        let expected = "xml_too_many /Document/BkToCstmrStmt/Stmt";
        check(STATEMENT, "<Id>SB", &format!("<Id{many}>SB"), expected);

        let line = "<AdrLine>x</AdrLine>".repeat(limits::ADDRESS_LINES_MAX + 1);
        let address = format!("{line}</PstlAdr>");
        let expected = "xml_too_many /Document/FIToFICstmrCdtTrf/CdtTrfTxInf/Dbtr/PstlAdr/AdrLine";
        check(PAYMENT, "</PstlAdr>", &address, expected);
    }

    #[test]
    fn namespaces_decide() {
        let namespace = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08";
        for (other, expected) in [
            (
                "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02",
                "xml_version_unknown /Document",
            ),
            (
                "urn:iso:std:iso:20022:tech:xsd:camt.053.001.8",
                "xml_version_unknown /Document",
            ),
            (
                "urn:iso:std:iso:20022:tech:xsd:",
                "xml_version_unknown /Document",
            ),
            ("urn:example", "xml_root /Document"),
            ("", "xml_root /Document"),
        ] {
            check(STATEMENT, namespace, other, expected);
        }
        check(
            STATEMENT,
            namespace,
            "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08",
            "xml_root /Document/BkToCstmrStmt",
        );
        let prefixed = STATEMENT
            .replace("xmlns=", "xmlns:n=")
            .replace("</", "</n:")
            .replace('<', "<n:")
            .replace("<n:/n:", "</n:")
            .replace("<n:?", "<?");
        assert_eq!(
            Message::read_bytes(prefixed.as_bytes()),
            Message::read_bytes(STATEMENT.as_bytes())
        );
        let foreign = "<x:Id xmlns:x='urn:example'>1</x:Id><Stmt>";
        check(STATEMENT, "<Stmt>", foreign, "camt.053.001.08 read");
        check(
            STATEMENT,
            "<Stmt>",
            "<x:Id>1</x:Id><Stmt>",
            "xml_malformed /Document/BkToCstmrStmt",
        );
        check(
            STATEMENT,
            "<Stmt>",
            "<Stmt><Intrst><Rate>1</Rate></Intrst>",
            "camt.053.001.08 read",
        );
        check(
            STATEMENT,
            "<Stmt>",
            "<Stmt xmlns='urn:example'>",
            "xml_missing /Document/BkToCstmrStmt/Stmt",
        );
    }

    #[test]
    fn elements_are_counted() {
        let statement = "/Document/BkToCstmrStmt/Stmt";
        check(
            STATEMENT,
            "<Stmt>",
            "<Stmt><Id>2</Id>",
            &format!("xml_repeated {statement}/Id"),
        );
        check(
            STATEMENT,
            "<MsgId>SB-M-0001</MsgId>",
            "",
            "xml_missing /Document/BkToCstmrStmt/GrpHdr/MsgId",
        );
        check(
            STATEMENT,
            "<Othr>",
            "<IBAN>KH0012</IBAN><Othr>",
            &format!("xml_choice {statement}/Acct/Id/Othr"),
        );
        check(
            STATEMENT,
            "<Amt Ccy=\"JPY\">2585</Amt>",
            "<Amt Ccy=\"JPY\">2<b/>5</Amt>",
            &format!("xml_element_here {statement}/Ntry/Amt/b"),
        );
        check(
            STATEMENT,
            "<LastPgInd>true",
            "<LastPgInd>yes",
            &format!("flag_malformed {statement}/StmtPgntn/LastPgInd"),
        );
    }

    #[test]
    fn amounts_are_exact_or_refused() {
        let entry = "/Document/BkToCstmrStmt/Stmt/Ntry";
        let amount = "<Amt Ccy=\"JPY\">2585</Amt>";
        for (text, expected) in [
            ("2585", "camt.053.001.08 read".to_owned()),
            ("\n +02585.00 ", "camt.053.001.08 read".to_owned()),
            ("2585.", "camt.053.001.08 read".to_owned()),
            ("2585.5", format!("amount_too_precise {entry}/Amt")),
            (".5", format!("amount_too_precise {entry}/Amt")),
            ("-2585", format!("amount_negative {entry}/Amt")),
            ("2,585", format!("amount_malformed {entry}/Amt")),
            ("2.585e3", format!("amount_malformed {entry}/Amt")),
            ("２５８５", format!("amount_malformed {entry}/Amt")),
            ("", format!("amount_malformed {entry}/Amt")),
            (
                "1000000000000000000",
                format!("amount_too_large {entry}/Amt"),
            ),
            (
                "99999999999999999999999",
                format!("amount_too_large {entry}/Amt"),
            ),
        ] {
            check(
                STATEMENT,
                amount,
                &format!("<Amt Ccy=\"JPY\">{text}</Amt>"),
                &expected,
            );
        }
        check(
            STATEMENT,
            amount,
            "<Amt>2585</Amt>",
            &format!("currency_missing {entry}/Amt"),
        );
        check(
            STATEMENT,
            amount,
            "<Amt Ccy=\"EUR\">1</Amt>",
            &format!("currency_unknown {entry}/Amt"),
        );
        check(
            STATEMENT,
            amount,
            "<Amt Ccy=\"jpy\">1</Amt>",
            &format!("currency_unknown {entry}/Amt"),
        );
    }

    /// What is changed into what, and what is said of it. Below the path that the test names.
    type Rows = &'static [(&'static str, &'static str, &'static str)];

    const READ: &str = "";

    fn check_rows(file: &str, base: &str, rows: Rows) {
        let version = told(Message::read_bytes(file.as_bytes()));
        for (from, to, expected) in rows {
            let expected = match expected.split_once(' ') {
                None if *expected == READ => version.clone(),
                None => format!("{expected} {base}"),
                Some((code, below)) => format!("{code} {base}/{below}"),
            };
            check(file, from, to, &expected);
        }
    }

    const IDS: Rows = &[
        ("8a562c67-c", "8A562C67-c", "uetr_malformed PmtId/UETR"),
        ("-48ba-", "-18ba-", "uetr_malformed PmtId/UETR"),
        ("-b074-", "-c074-", "uetr_malformed PmtId/UETR"),
        (
            "67-ca16-48ba-b074-",
            "67ca1648bab074",
            "uetr_malformed PmtId/UETR",
        ),
        ("BILL-2026-000123", "", "text_empty PmtId/EndToEndId"),
        ("BILL-2026-000123", "BILL 2026", READ),
        ("<ChrgBr>SLEV", "<ChrgBr>NONE", "code_unknown ChrgBr"),
        ("GDDS", "GO DS", "code_malformed Purp/Cd"),
        ("GDDS", "GOODS", "code_malformed Purp/Cd"),
        (
            "<Ctry>KH<",
            "<Ctry>KHM<",
            "country_malformed Dbtr/PstlAdr/Ctry",
        ),
        (
            "<Othr>\n      <Id>srey_mom@aclb</Id>\n     </Othr>",
            "<IBAN>KH1</IBAN>",
            "iban_malformed DbtrAcct/Id/IBAN",
        ),
        (
            "<Othr>\n      <Id>srey_mom@aclb</Id>\n     </Othr>",
            "<IBAN>KH12a</IBAN>",
            READ,
        ),
        ("<XchgRate>26.712", "<XchgRate>0", "rate_malformed XchgRate"),
        (
            "<XchgRate>26.712",
            "<XchgRate>0.00",
            "rate_malformed XchgRate",
        ),
        (
            "<XchgRate>26.712",
            "<XchgRate>26.71200000001",
            "rate_malformed XchgRate",
        ),
        (
            "<XchgRate>26.712",
            "<XchgRate>123456789012",
            "rate_malformed XchgRate",
        ),
        (
            "<XchgRate>26.712",
            "<XchgRate>-1",
            "rate_malformed XchgRate",
        ),
        (
            "<XchgRate>26.712",
            "<XchgRate>1e1",
            "rate_malformed XchgRate",
        ),
        ("<XchgRate>26.712", "<XchgRate>", "rate_malformed XchgRate"),
        ("<XchgRate>26.712", "<XchgRate>026.7120", READ),
    ];

    #[test]
    fn ids_codes_and_rates_are_what_they_say_or_refused() {
        check_rows(PAYMENT, "/Document/FIToFICstmrCdtTrf/CdtTrfTxInf", IDS);
    }

    const AGENT: &str = concat!(
        "<InstgAgt>\n    <FinInstnId>\n     <ClrSysMmbId>\n      <ClrSysId>\n",
        "       <Prtry>SPEAN</Prtry>\n      </ClrSysId>\n      <MmbId>acleda</MmbId>\n",
        "     </ClrSysMmbId>\n     <Nm>ACLEDA (simulated)</Nm>\n",
    );

    const HEADER: Rows = &[
        (
            "<IntrBkSttlmDt>2026-06-30",
            "<IntrBkSttlmDt>2026-06-30Z",
            READ,
        ),
        (
            "<IntrBkSttlmDt>2026-06-30",
            "<IntrBkSttlmDt>2026-06-30+07:00",
            READ,
        ),
        (
            "<IntrBkSttlmDt>2026-06-30",
            "<IntrBkSttlmDt>2026-06-31",
            "date_malformed IntrBkSttlmDt",
        ),
        (
            "<IntrBkSttlmDt>2026-06-30",
            "<IntrBkSttlmDt>0000-01-01",
            "date_malformed IntrBkSttlmDt",
        ),
        (
            "<IntrBkSttlmDt>2026-06-30",
            "<IntrBkSttlmDt>30/06/2026",
            "date_malformed IntrBkSttlmDt",
        ),
        (
            "<IntrBkSttlmDt>2026-06-30",
            "<IntrBkSttlmDt>20260630",
            "date_malformed IntrBkSttlmDt",
        ),
        ("30T01:00:00.000Z", "30T01:00:00", READ),
        ("30T01:00:00.000Z", "30T01:00:00.1234567+07:00", READ),
        ("30T01:00:00.000Z", "30", "time_malformed CreDtTm"),
        ("30T01:00:00.000Z", "30 01:00:00", "time_malformed CreDtTm"),
        ("30T01:00:00.000Z", "30T24:00:00", "time_malformed CreDtTm"),
        ("30T01:00:00.000Z", "30T23:59:60Z", "time_malformed CreDtTm"),
        (
            "30T01:00:00.000Z",
            "30T01:00:00+15:00",
            "time_malformed CreDtTm",
        ),
        (
            "30T01:00:00.000Z",
            "30T01:00:00.Z",
            "time_malformed CreDtTm",
        ),
        (
            "<FinInstnId>",
            "<FinInstnId><BICFI>SIMAKHP<!---->P</BICFI>",
            READ,
        ),
        (
            "<FinInstnId>",
            "<FinInstnId><BICFI>SIMAKHPPX</BICFI>",
            "bic_malformed InstgAgt/FinInstnId/BICFI",
        ),
        (
            "<FinInstnId>",
            "<FinInstnId><LEI>1</LEI>",
            "lei_malformed InstgAgt/FinInstnId/LEI",
        ),
        (
            AGENT,
            "<InstgAgt>\n    <FinInstnId>\n",
            "agent_unidentified InstgAgt",
        ),
        (
            "<SttlmMtd>CLRG",
            "<SttlmMtd>XXXX",
            "code_unknown SttlmInf/SttlmMtd",
        ),
        ("<NbOfTxs>1", "<NbOfTxs>2", "count_differs"),
        ("<NbOfTxs>1", "<NbOfTxs>-1", "number_malformed NbOfTxs"),
        ("<CtrlSum>80136", "<CtrlSum>80136.01", "sum_differs"),
        ("<CtrlSum>80136", "<CtrlSum>080136.000", READ),
        ("KHR\">80136</Ttl", "KHR\">80137</Ttl", "sum_differs"),
        ("KHR\">80136</Ttl", "JPY\">80136</Ttl", "sum_differs"),
    ];

    #[test]
    fn a_header_says_what_follows_or_is_refused() {
        check_rows(PAYMENT, "/Document/FIToFICstmrCdtTrf/GrpHdr", HEADER);
    }

    #[test]
    fn stated_counts_and_sums_are_compared() {
        check_rows(
            CANCELLATION,
            "/Document/FIToFIPmtCxlReq/CtrlData",
            &[
                ("<NbOfTxs>1<", "<NbOfTxs>2<", "count_differs NbOfTxs"),
                ("<CtrlSum>80136<", "<CtrlSum>1<", "sum_differs CtrlSum"),
            ],
        );
        check_rows(
            REVERSAL,
            "/Document/CstmrPmtRvsl/GrpHdr",
            &[
                ("<NbOfTxs>1<", "<NbOfTxs>2<", "count_differs"),
                ("<CtrlSum>1000<", "<CtrlSum>1<", "sum_differs"),
            ],
        );
        check_rows(
            INITIATION,
            "/Document/CstmrCdtTrfInitn",
            &[
                ("<NbOfTxs>1<", "<NbOfTxs>2<", "count_differs GrpHdr"),
                (
                    "<PmtMtd>TRF</PmtMtd>\n   <NbOfTxs>1<",
                    "<PmtMtd>TRF</PmtMtd><NbOfTxs>2<",
                    "count_differs PmtInf",
                ),
                ("<PmtMtd>TRF<", "<PmtMtd>CHK<", "code_unknown PmtInf/PmtMtd"),
            ],
        );
    }

    const SUMS: Rows = &[
        (">100000<", ">100001<", "statement_balance Bal"),
        (">100008<", ">100007<", "statement_balance Bal"),
        ("<Cd>OPBD<", "<Cd>PRCD<", READ),
        ("<Cd>OPBD<", "<Cd>OPAV<", "statement_balance_missing Bal"),
        ("<Cd>CLBD<", "<Cd>ITBD<", "statement_balance_missing Bal"),
        ("<Cd>CLAV<", "<Cd>CLBD<", "statement_balance_repeated Bal"),
        (
            "<NbOfNtries>5<",
            "<NbOfNtries>4<",
            "statement_totals TxsSummry",
        ),
        ("<Sum>5312<", "<Sum>5311<", "statement_totals TxsSummry"),
        ("<Amt>42<", "<Amt>43<", "statement_totals TxsSummry"),
        (
            "<CdtDbtInd>DBIT<",
            "<CdtDbtInd>CRDT<",
            "statement_totals TxsSummry",
        ),
        (
            "<NbOfNtries>2<",
            "<NbOfNtries>3<",
            "statement_totals TxsSummry",
        ),
        ("<Sum>2635<", "<Sum>2636<", "statement_totals TxsSummry"),
        (
            "<NbOfNtries>3<",
            "<NbOfNtries>2<",
            "statement_totals TxsSummry",
        ),
        ("<Sum>2677<", "<Sum>2676<", "statement_totals TxsSummry"),
        (
            "Ccy=\"JPY\">2585",
            "Ccy=\"KHR\">2585",
            "statement_currency Ntry",
        ),
        ("<Ccy>JPY<", "<Ccy>KHR<", "statement_currency Bal"),
        (
            "<NtryRef>2<",
            "<NtryRef>1<",
            "statement_entry_repeated Ntry",
        ),
        ("<Cd>PDNG<", "<Cd>BOOK<", "statement_balance Bal"),
    ];

    #[test]
    fn a_statement_adds_up_or_is_refused() {
        check_rows(STATEMENT, "/Document/BkToCstmrStmt/Stmt", SUMS);
    }

    #[test]
    fn pages_of_a_statement_add_up_one_by_one() {
        let base = "/Document/BkToCstmrStmt/Stmt";
        let middle = STATEMENT.replace("<LastPgInd>true", "<LastPgInd>false");
        check_rows(&middle, base, &[("<Cd>CLBD<", "<Cd>ITBD<", READ)]);
        let later = STATEMENT.replace("<PgNb>1<", "<PgNb>2<");
        check_rows(&later, base, &[("<Cd>OPBD<", "<Cd>ITBD<", READ)]);
        let both = middle
            .replace("<PgNb>1<", "<PgNb>2<")
            .replace("<Cd>OPBD<", "<Cd>ITBD<");
        check_rows(
            &both,
            base,
            &[
                ("<Cd>CLBD<", "<Cd>ITBD<", READ),
                ("<Cd>CLBD<", "<Cd>INFO<", "statement_balance_missing Bal"),
            ],
        );
    }

    /// A statement's day that goes on and on, without being anywhere as a whole.
    struct Endless {
        head: &'static [u8],
        entry: &'static [u8],
        at: usize,
    }

    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let source = if self.head.is_empty() {
                &self.entry[self.at..]
            } else {
                self.head
            };
            let count = buffer.len().min(source.len());
            buffer[..count].copy_from_slice(&source[..count]);
            if self.head.is_empty() {
                self.at = (self.at + count) % self.entry.len();
            } else {
                self.head = &self.head[count..];
            }
            Ok(count)
        }
    }

    #[test]
    fn an_endless_statement_ends_at_the_limit_of_entries() {
        let entry = "<Ntry><Amt Ccy='JPY'>1</Amt><CdtDbtInd>CRDT</CdtDbtInd>\
                     <Sts><Cd>BOOK</Cd></Sts><BkTxCd/></Ntry>";
        let head = &STATEMENT.as_bytes()[..STATEMENT.find("<TxsSummry>").unwrap()];
        let source = Endless {
            head,
            entry: entry.as_bytes(),
            at: 0,
        };
        let mut count = 0_usize;
        let mut source = BufReader::new(source);
        let source: &mut dyn BufRead = &mut source;
        let error = stream(source, &mut |_, _| count += 1).unwrap_err();
        assert_eq!(error.refusal.code(), "xml_too_many");
        assert_eq!(count, limits::ITEMS_MAX);
    }

    /// A source that fails.
    struct Broken;

    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("gone"))
        }
    }

    #[test]
    fn a_source_that_fails_is_told_from_a_file_that_ends() {
        for count in [0, 3, 100, STATEMENT.len() / 2] {
            let mut source = BufReader::new(STATEMENT.as_bytes()[..count].chain(Broken));
            let error = stream(&mut source, &mut |_, _| ()).unwrap_err();
            assert_eq!(error.refusal.code(), "xml_source", "{count}");
        }
    }

    #[test]
    fn an_error_names_the_place_and_not_what_stands_there() {
        let name = "សុខ ស្រីមុំ";
        let long = PAYMENT.replacen(name, &name.repeat(20), 1);
        let error = Message::read_bytes(long.as_bytes()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "take a text over its length in /Document/FIToFICstmrCdtTrf/CdtTrfTxInf/Dbtr/Nm \
             at byte `2625`"
        );
        let upper = usize::try_from(error.byte).unwrap();
        assert!(long.as_bytes()[..upper].ends_with(b"</Nm>"));
        assert!(!format!("{error:?}").contains("សុខ"));
    }
}
