//! The readable vectors, read through the public door.

#[cfg(test)]
mod tests {
    use emvqr::{Options, Profile, lint};

    const RULES: &str = include_str!("vectors/rules.txt");

    fn options(words: &[&str]) -> Options {
        let profile = match words[1] {
            "lenient" => Profile::Lenient,
            "khqr" => Profile::Khqr,
            "jpqr" => Profile::Jpqr,
            "strict" => Profile::Strict,
            other => panic!("{other}"),
        };
        Options {
            now_ms: words[2].parse().unwrap(),
            profile,
        }
    }

    /// What stands between the quotes, with its escapes undone.
    fn payload(quoted: &str) -> String {
        let inner = quoted
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'));
        let mut left = inner.unwrap();
        let mut text = String::new();
        while let Some((before, after)) = left.split_once('\\') {
            text.push_str(before);
            let mut letters = after.chars();
            match letters.next().unwrap() {
                'n' => text.push('\n'),
                'u' => {
                    let (number, rest) = after.split_once('}').unwrap();
                    let number = u32::from_str_radix(number.trim_start_matches("u{"), 16);
                    text.push(char::from_u32(number.unwrap()).unwrap());
                    left = rest;
                    continue;
                }
                other => text.push(other),
            }
            left = letters.as_str();
        }
        text.push_str(left);
        text
    }

    #[test]
    fn each_rule_passes_one_payload_and_fails_another() {
        let (mut rule, mut passes, mut fails) = ("", 0, 0);
        for line in RULES.lines() {
            if let Some(name) = line.strip_prefix('[') {
                rule = name.trim_end_matches(']');
                continue;
            }
            let words: Vec<&str> = line.splitn(4, ' ').collect();
            let raises = |words: &[&str]| {
                let findings = lint(&payload(words[3]), &options(words));
                findings.iter().any(|finding| finding.code == rule)
            };
            match words[0] {
                "pass" => {
                    assert!(!raises(&words), "{rule}");
                    passes += 1;
                }
                "fail" => {
                    assert!(raises(&words), "{rule}");
                    fails += 1;
                }
                _ => {}
            }
        }
        // All but the payload that is too long to be shown.
        let rules = emvqr::rules().count() - 1;
        assert_eq!((passes, fails), (rules, rules));
    }
}
