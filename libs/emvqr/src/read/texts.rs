//! Texts that a payer is shown.

use super::judge::{Judge, Spot};
use crate::rules::kinds::Kind;
use crate::text::{self, Flaw};

/// Reports each kind of flaw once per field. Called for every value that is not plain ASCII.
pub(super) fn check(judge: &mut Judge<'_, '_>, spot: &Spot, value: &str) {
    let mut reported: [Option<Kind>; KINDS] = [None; KINDS];
    let mut before = None;
    let mut characters = value.chars().peekable();
    while let Some(character) = characters.next() {
        if let Some(flaw) = text::flaw(character) {
            let kind = kind_of(flaw, before, characters.peek().copied());
            if !reported.contains(&Some(kind)) {
                if let Some(free) = reported.iter_mut().find(|slot| slot.is_none()) {
                    *free = Some(kind);
                }
                judge.report(kind, spot, Some(value));
            }
        }
        before = Some(character);
    }
    if text::mixes_alphabets(value) {
        judge.report(Kind::MixedScripts, spot, Some(value));
    }
    if value.chars().any(text::is_wide) {
        judge.report(Kind::WideCharacter, spot, Some(value));
    }
}

/// Kinds that `kind_of` can give.
const KINDS: usize = 6;

/// A zero-width character between two letters of a script without spaces is how Khmer is typed;
/// anywhere else it makes two names that look the same.
fn kind_of(flaw: Flaw, before: Option<char>, after: Option<char>) -> Kind {
    match flaw {
        Flaw::Control => Kind::ControlCharacter,
        Flaw::Bidi => Kind::BidiControl,
        Flaw::Invisible => Kind::InvisibleCharacter,
        Flaw::ZeroWidth => {
            let is_unspaced = |side: Option<char>| side.is_some_and(text::is_unspaced_script);
            if is_unspaced(before) && is_unspaced(after) {
                Kind::WordBreak
            } else {
                Kind::InvisibleCharacter
            }
        }
        Flaw::Combining => Kind::CombiningMark,
        Flaw::Astral => Kind::AstralCharacter,
    }
}
