//! Codes made of fields, one a line: a tag and its value, `>` in front for a field inside the last
//! one without, `>>` for one inside that. Lengths and the checksum are always right, so that what
//! is judged are values and what stands beside what. A first line `utf16` counts as JavaScript
//! does.

use emvqr::tlv::Unit;
use emvqr::{Code, Options, Profile, Reading, Scheme, Verdict, lint, read};

use crate::{NOW_MS, reading, sound};

const PROFILES: [Profile; 4] = [
    Profile::Lenient,
    Profile::Khqr,
    Profile::Jpqr,
    Profile::Strict,
];

/// # Panics
/// If something does not hold.
pub fn check(data: &[u8]) {
    let text = reading::mended(&written(&String::from_utf8_lossy(data)));
    sound::tree(&text);
    let readings = PROFILES.map(|profile| {
        let options = Options {
            now_ms: NOW_MS,
            profile,
        };
        let reading = read(&text, &options);
        sound::reading(&text, &reading);
        assert_eq!(lint(&text, &options), reading.findings);
        reading
    });
    check_profiles(&readings);
    for now_ms in [i64::MIN, 0, i64::MAX] {
        sound::reading(&text, &read(&text, &Options::at(now_ms)));
    }
}

/// A profile for one scheme only says more of other schemes' codes; strict reading only refuses
/// more.
fn check_profiles([lenient, khqr, jpqr, strict]: &[Reading<'_>; 4]) {
    for (narrow, scheme) in [(khqr, Scheme::Khqr), (jpqr, Scheme::Jpqr)] {
        assert_eq!(narrow.scheme, lenient.scheme);
        if lenient.scheme == Some(scheme) {
            assert_eq!(narrow, lenient);
        } else {
            assert_ne!(narrow.verdict, Verdict::Accept);
        }
    }
    assert_eq!(strict.scheme, lenient.scheme);
    if strict.verdict == Verdict::Accept {
        assert_eq!(lenient.verdict, Verdict::Accept);
        assert_eq!(strict.code, lenient.code);
    }
    if let Some(Code::Khqr(code)) = &lenient.code {
        assert_eq!(code.account_id().matches('@').count(), 1);
    }
}

/// A field with what is inside it.
struct Field {
    tag: String,
    value: String,
}

fn written(text: &str) -> String {
    let (unit, text) = match text.strip_prefix("utf16\n") {
        Some(rest) => (Unit::Utf16, rest),
        None => (Unit::CodePoints, text),
    };
    // The root, a template in it, and a template in that.
    let mut open: [Vec<Field>; 3] = Default::default();
    for line in text.split('\n') {
        let depth = line
            .bytes()
            .take(2)
            .take_while(|byte| *byte == b'>')
            .count();
        let line = line.trim_start_matches('>');
        let tag_end = line.char_indices().nth(2).map_or(line.len(), |(at, _)| at);
        let (tag, value) = line.split_at(tag_end);
        close(&mut open, depth, unit);
        open[depth].push(Field {
            tag: tag.to_owned(),
            value: value.to_owned(),
        });
    }
    close(&mut open, 0, unit);
    open[0]
        .iter()
        .map(|field| field_text(field, unit))
        .collect()
}

/// What is deeper than `depth` becomes the value of the field before it.
fn close(open: &mut [Vec<Field>; 3], depth: usize, unit: Unit) {
    for level in (depth + 1..3).rev() {
        let inside: String = open[level]
            .iter()
            .map(|field| field_text(field, unit))
            .collect();
        open[level].clear();
        if let Some(parent) = open[level - 1].last_mut() {
            parent.value.push_str(&inside);
        }
    }
}

/// A length has two digits; what is longer is cut off.
fn field_text(field: &Field, unit: Unit) -> String {
    let mut value = field.value.as_str();
    while unit.count(value) > 99 {
        let last = value.char_indices().next_back().map_or(0, |(at, _)| at);
        value = value.get(..last).unwrap_or_default();
    }
    format!("{}{:02}{value}", field.tag, unit.count(value))
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn lines_become_fields() {
        let text = "0001\n29\n>00shop_one@aclb\n62\n>50\n>>00a\n59寿司🍣";
        let want = "00020129170013shop_one@aclb620950050001a5903寿司🍣";
        assert_eq!(written(text), want);
        assert_eq!(written("utf16\n59寿司🍣"), "5904寿司🍣");
    }
}
