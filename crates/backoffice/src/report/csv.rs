//! Comma-separated values (RFC 4180), one line a figure.

use wire::api::ReportView;

use super::lines::{Line, lines};

/// Period and sequence stand in every line, so that files can be put together.
const HEAD: &str = "from,to,zone,sequence,by,part,figure,unit,value";

/// A report's figures as CSV.
pub fn csv(report: &ReportView) -> String {
    let mut out = format!("{HEAD}\r\n");
    let sequence = report.sequence.to_string();
    for line in lines(report) {
        let Line {
            by,
            part,
            figure,
            unit,
            value,
        } = &line;
        let fields = [
            report.period.from.as_str(),
            &report.period.to,
            &report.zone,
            &sequence,
            by,
            part,
            figure,
            unit,
            value,
        ];
        out.push_str(&fields.map(field).join(","));
        out.push_str("\r\n");
    }
    out
}

/// Names come from configuration and could hold anything; one that a spreadsheet would take for
/// a formula is made a text of.
fn field(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '@', '\t']);
    let text = if is_formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn names_stay_in_their_field_and_are_no_formulas() {
        for (text, expected) in [
            ("KH-JP", "KH-JP"),
            ("-3", "-3"),
            ("a,b", "\"a,b\""),
            ("a\"b", "\"a\"\"b\""),
            ("=1+1", "'=1+1"),
            ("@x,y", "\"'@x,y\""),
        ] {
            assert_eq!(field(text), expected);
        }
    }
}
