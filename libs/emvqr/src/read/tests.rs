//! Each finding, raised by a payload that is otherwise sound, and the verdict that follows.

extern crate std;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use std::collections::BTreeSet;

use super::{Options, Profile, Verdict, read};
use crate::rules::kinds::Kind;

mod cases;

const NOW_MS: i64 = 1_767_225_600_000;

const KHQR: &str = "00020101021129170013shop_one@aclb5204599953031165802KH5904Shop6010Phnom Penh";
const DYNAMIC: &str = "00020101021229170013shop_one@aclb520459995303116540450005802KH5904Shop\
                       6010Phnom Penh99340013176722560000001131767226200000";
const JPQR: &str = "00020101021126680019jp.or.paymentsjapan01130000000000001020400010306000001\
                    04060000015204581253033925802JP5905RAMEN6005TOKYO61071060032\
                    64140002JA0104鳥居屋台";
const OTHER: &str = "00020101021129370016A0000006770101110113006681222333353037645802TH";

/// One payload and all that is said of it, each as severity's initial, code and path.
struct Case {
    /// The sound payload that it was made of.
    sound: String,
    payload: String,
    profile: Profile,
    want: &'static [&'static str],
}

/// `base` with the first of each pair in place of which the second is put, and a right checksum.
fn case(base: &str, edits: &[(&str, &str)], want: &'static [&'static str]) -> Case {
    let mut body = String::from(base);
    for (old, new) in edits {
        assert!(old.is_empty() || body.contains(old), "{old} in {body}");
        body = if old.is_empty() {
            format!("{body}{new}")
        } else {
            body.replacen(old, new, 1)
        };
    }
    Case {
        sound: sealed(base),
        payload: sealed(&body),
        profile: Profile::Lenient,
        want,
    }
}

fn sealed(body: &str) -> String {
    let body = format!("{body}6304");
    format!("{body}{:04X}", crate::crc::checksum(body.as_bytes()))
}

fn raw(payload: &str, want: &'static [&'static str]) -> Case {
    Case {
        sound: sealed(KHQR),
        payload: String::from(payload),
        profile: Profile::Lenient,
        want,
    }
}

fn under(profile: Profile, case: Case) -> Case {
    Case { profile, ..case }
}

/// Adds the codes that were raised, and a complaint if they are not those that were wanted.
fn check(case: &Case, raised: &mut BTreeSet<&'static str>, complaints: &mut Vec<String>) {
    let options = Options {
        now_ms: NOW_MS,
        profile: case.profile,
    };
    let reading = read(&case.payload, &options);
    let said: Vec<String> = reading
        .findings
        .iter()
        .map(|finding| {
            let initial = finding.severity.as_str().chars().next().unwrap();
            format!("{initial} {} {}", finding.code, finding.path)
        })
        .collect();
    raised.extend(reading.findings.iter().map(|finding| finding.code));
    let is_refused = case.want.iter().any(|line| line.starts_with("r "));
    let is_as_wanted = said == case.want
        && (reading.verdict != Verdict::Accept) == is_refused
        && reading.code.is_none() == is_refused;
    if !is_as_wanted {
        let start: String = case.payload.chars().take(300).collect();
        complaints.push(format!(
            "{start}\n  said {said:?}\n  want {:?}\n",
            case.want
        ));
    }
}

#[test]
fn every_finding_is_raised_by_something_and_nothing_else_is_said() {
    let groups = cases::all();
    let (mut raised, mut complaints) = (BTreeSet::new(), Vec::new());
    for case in groups.iter().flatten() {
        check(case, &mut raised, &mut complaints);
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    let all: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.code()).collect();
    let never: Vec<&&str> = all.difference(&raised).collect();
    assert_eq!(never, Vec::<&&str>::new());
    let page = vectors(groups.iter().flatten());
    expect_test::expect_file!["../../tests/vectors/rules.txt"].assert_eq(&page);
}

/// Each rule with a payload that keeps it and one that breaks it, for other readers to be held
/// against.
fn vectors<'c>(cases: impl Iterator<Item = &'c Case>) -> String {
    let mut page = String::from(VECTORS_HEAD);
    let mut done = BTreeSet::new();
    for case in cases {
        for line in case.want {
            let code = line.split(' ').nth(1).unwrap_or_default();
            let is_short = case.payload.len() <= crate::limits::PAYLOAD_BYTES_MAX;
            if !is_short || !done.insert(code) {
                continue;
            }
            let profile = match case.profile {
                Profile::Lenient => "lenient",
                Profile::Khqr => "khqr",
                Profile::Jpqr => "jpqr",
                Profile::Strict => "strict",
            };
            let other = match case.profile {
                Profile::Khqr => sealed(KHQR),
                Profile::Jpqr => sealed(JPQR),
                Profile::Lenient | Profile::Strict => case.sound.clone(),
            };
            let options = Options {
                now_ms: NOW_MS,
                profile: case.profile,
            };
            let breaks_it = |payload: &str| {
                let findings = read(payload, &options).findings;
                findings.iter().any(|finding| finding.code == code)
            };
            let other = if breaks_it(&other) {
                sealed(KHQR)
            } else {
                other
            };
            let lines = [
                format!("\n[{code}]\npass {profile} {NOW_MS} {other:?}\n"),
                format!("fail {profile} {NOW_MS} {:?}\n", case.payload),
            ];
            page.extend(lines);
            page.extend(case.want.iter().map(|said| format!("     {said}\n")));
        }
    }
    page
}

const VECTORS_HEAD: &str = "\
# Every rule with a payload that keeps it and one that breaks it, made by src/read/tests.rs
# (UPDATE_EXPECT=1 rewrites it) for this project; the shops and accounts are invented.
# pass or fail, the profile, the present in milliseconds since 1970, the payload with escapes as
# Rust and JSON have them; then all findings of the second: severity (rejects, violates, odd),
# code, path.
";
