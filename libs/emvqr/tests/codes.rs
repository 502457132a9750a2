//! `docs/CODES.md` is what the tables say.

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use emvqr::Severity;

    const HEAD: &str = "# The codes of `emvqr`\n\n\
        Written by `libs/emvqr/tests/codes.rs` (`UPDATE_EXPECT=1` rewrites it) from the two tables \
        that reading, linting and building go by.\n\
        A code is never renamed and never changes its meaning; texts may.\n\n\
        *rejects*: a wallet must not pay such a code. *violates*: breaks the format in a way that \
        a wallet may pass over. *odd*: seldom seen and harmless. A dash: nothing is said.\n\
        Strict reading takes the graver of the scheme's column and its own.\n\n\
        The sections and tables of EMVCo's merchant-presented specification are those of version \
        1.0 (July 2017). The text of 1.1 (November 2020) was not at hand, so its numbers are not \
        given; the two fields that it added, 62.10 and 62.11, name it as their source and are \
        known through readers that were written from it.\n\
        The official KHQR kit is npm `bakong-khqr` 1.0.20, known by reading and by running it. \
        The JPQR guide is known through readers that were written from it.\n";

    fn severity(severity: Option<Severity>) -> &'static str {
        severity.map_or("-", Severity::as_str)
    }

    fn number(sdk: Option<u8>) -> String {
        sdk.map_or_else(|| "-".to_owned(), |sdk| sdk.to_string())
    }

    fn findings(page: &mut String) {
        page.push_str(
            "\n## Findings\n\n\
             | code | says that the field | KHQR | JPQR | others | strict | kit | source |\n\
             |---|---|---|---|---|---|---|---|\n",
        );
        for rule in emvqr::rules() {
            let [khqr, jpqr, others, strict] = rule.severities.map(severity);
            let (sdk, source) = (number(rule.sdk_code), rule.source.unwrap_or("by field"));
            let (code, text) = (rule.code, rule.text);
            writeln!(
                page,
                "| `{code}` | {text} | {khqr} | {jpqr} | {others} | {strict} | {sdk} | {source} |"
            )
            .unwrap();
        }
    }

    fn fields(page: &mut String) {
        page.push_str(
            "\n## Fields\n\nNeeds are those of KHQR, JPQR, other codes, strict reading.\n",
        );
        let mut within = "";
        let all: Vec<_> = emvqr::fields().collect();
        for field in &all {
            if field.within != within {
                within = field.within;
                let mut source = field.source.to_owned();
                let of_it = all.iter().filter(|other| other.within == within);
                for other in of_it.filter(|other| other.source != field.source) {
                    write!(source, "; {:02}: {}", other.tag_first, other.source).unwrap();
                }
                write!(page, "\n### {within}\n\nSource: {source}.\n\n").unwrap();
                page.push_str(
                    "| tag | name | made of | characters | needs | kit: absent, length, value |\n\
                     |---|---|---|---|---|---|\n",
                );
            }
            let range = |first: String, last: String| {
                if first == last {
                    first
                } else {
                    format!("{first}-{last}")
                }
            };
            let tags = range(
                format!("{:02}", field.tag_first),
                format!("{:02}", field.tag_last),
            );
            let chars = range(field.chars_min.to_string(), field.chars_max.to_string());
            let (needs, sdk) = (
                field.needs.join(", "),
                field.sdk_codes.map(number).join(", "),
            );
            let (name, shape) = (field.name, field.shape);
            writeln!(
                page,
                "| {tags} | {name} | {shape} | {chars} | {needs} | {sdk} |"
            )
            .unwrap();
        }
    }

    /// Errors of the kit that reading a code cannot meet.
    fn elsewhere(sdk: u8) -> &'static str {
        match sdk {
            13 | 15 => "of the network, which this library does not use",
            14 | 29 => "of deep links, which are not codes",
            36 => "never given by the kit: order is free",
            _ => panic!("error {sdk} of the kit stands for nothing of ours"),
        }
    }

    fn kit(page: &mut String) {
        page.push_str(
            "\n## From the official KHQR kit\n\n\
             | kit | its name | findings here |\n|---|---|---|\n",
        );
        for sdk in 1..=51 {
            let mut ours: Vec<String> = emvqr::rules()
                .filter(|rule| rule.sdk_code == Some(sdk))
                .map(|rule| format!("`{}`", rule.code))
                .collect();
            let kinds = [
                "`missing`",
                "`too-long`, `too-short`, `empty-label`",
                "`not-digits`",
            ];
            for field in emvqr::fields() {
                for (kind, code) in kinds.iter().zip(field.sdk_codes) {
                    if code == Some(sdk) {
                        ours.push(format!("{kind} of {}", field.name));
                    }
                }
            }
            ours.sort();
            ours.dedup();
            let name = emvqr::sdk_name(sdk).unwrap();
            let ours = if ours.is_empty() {
                elsewhere(sdk).to_owned()
            } else {
                ours.join("; ")
            };
            writeln!(page, "| {sdk} | {name} | {ours} |").unwrap();
        }
    }

    fn writing(page: &mut String) {
        page.push_str(
            "\n## Said when a code is written\n\n\
             A code that would give one of the findings above that breaks the format is not built; \
             these are said besides.\n\n\
             | code | says that the field, or the code |\n|---|---|\n",
        );
        for (code, text) in emvqr::writing_rules() {
            writeln!(page, "| `{code}` | {text} |").unwrap();
        }
    }

    #[test]
    fn the_page_is_what_the_tables_say() {
        let mut page = String::from(HEAD);
        findings(&mut page);
        writing(&mut page);
        fields(&mut page);
        kit(&mut page);
        expect_test::expect_file!["../../../docs/CODES.md"].assert_eq(&page);
    }
}
