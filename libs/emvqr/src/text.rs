//! Characters that a payer cannot see, or that make a name look like another.

/// What is wrong with a character in a text that a payer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    Control,
    Bidi,
    Invisible,
    /// A zero-width space or joiner: ordinary between letters of scripts that are written without
    /// spaces, a disguise anywhere else.
    ZeroWidth,
    Combining,
    Astral,
}

/// The flaw of one character, if it has one.
pub(crate) fn flaw(character: char) -> Option<Flaw> {
    match character {
        '\u{20}'..='\u{7e}' => None,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' => Some(Flaw::Control),
        '\u{061c}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{206f}' => Some(Flaw::Bidi),
        '\u{200b}'..='\u{200d}' => Some(Flaw::ZeroWidth),
        '\u{00ad}'
        | '\u{034f}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{2060}'..='\u{2065}'
        | '\u{2800}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => Some(Flaw::Invisible),
        '\u{0300}'..='\u{036f}' | '\u{3099}' | '\u{309a}' => Some(Flaw::Combining),
        '\u{10000}'.. => Some(Flaw::Astral),
        _ => None,
    }
}

/// An alphabet whose letters can be taken for those of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Alphabet {
    Latin,
    Greek,
    Cyrillic,
    Armenian,
    Cherokee,
}

/// The alphabet of a letter, among those that have letters of the same look.
pub(crate) fn alphabet(character: char) -> Option<Alphabet> {
    match character {
        'A'..='Z' | 'a'..='z' => Some(Alphabet::Latin),
        '\u{00c0}'..='\u{024f}' if character.is_alphabetic() => Some(Alphabet::Latin),
        '\u{1e00}'..='\u{1eff}' => Some(Alphabet::Latin),
        '\u{0370}'..='\u{03ff}' | '\u{1f00}'..='\u{1fff}' if character.is_alphabetic() => {
            Some(Alphabet::Greek)
        }
        '\u{0400}'..='\u{052f}' | '\u{1c80}'..='\u{1c8f}' => Some(Alphabet::Cyrillic),
        '\u{0531}'..='\u{058f}' if character.is_alphabetic() => Some(Alphabet::Armenian),
        '\u{13a0}'..='\u{13ff}' | '\u{ab70}'..='\u{abbf}' => Some(Alphabet::Cherokee),
        _ => None,
    }
}

/// Whether a word of the text has letters of two alphabets that look alike: nobody writes so, but
/// who wants one name to be taken for another does.
pub(crate) fn mixes_alphabets(text: &str) -> bool {
    text.split(|character: char| !character.is_alphabetic())
        .any(|word| {
            let mut letters = word.chars().filter_map(alphabet);
            let first = letters.next();
            letters.any(|alphabet| Some(alphabet) != first)
        })
}

/// Whether it is the wide form of a character of ASCII: ordinary in Japanese, elsewhere a digit
/// that is no digit.
pub(crate) fn is_wide(character: char) -> bool {
    matches!(character, '\u{ff01}'..='\u{ff5e}' | '\u{3000}')
}

/// Whether words are written together in this character's script, so that a zero-width space is
/// how its writers mark where a line may break: Thai, Lao, Tibetan, Myanmar, Khmer, and the Indic
/// scripts that need joiners.
pub(crate) fn is_unspaced_script(character: char) -> bool {
    matches!(
        character,
        '\u{0900}'..='\u{0dff}' | '\u{0e00}'..='\u{0fff}' | '\u{1000}'..='\u{109f}'
            | '\u{1780}'..='\u{17ff}' | '\u{19e0}'..='\u{19ff}'
    )
}

/// The vowel signs and marks of Khmer, which follow the consonant that they belong to.
pub(crate) fn is_khmer_mark(character: char) -> bool {
    matches!(character, '\u{17b6}'..='\u{17d3}' | '\u{17dd}')
}

/// Only printable ASCII: EMVCo's "ans". Nothing in such a text can deceive the eye.
pub(crate) fn is_ans(text: &str) -> bool {
    // Without leaving early, so that the compiler looks at many bytes at a time.
    text.bytes()
        .fold(true, |is_ans, byte| is_ans & matches!(byte, 0x20..=0x7e))
}

pub(crate) fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{Flaw, flaw, is_ans, is_unspaced_script, is_wide, mixes_alphabets};

    #[test]
    fn flaws_by_character() {
        fn check(character: char, want: Option<Flaw>) {
            assert_eq!(flaw(character), want, "{character:?}");
        }
        check('a', None);
        check('é', None);
        check('\u{301}', Some(Flaw::Combining));
        check('ក', None);
        check('្', None);
        check('鳥', None);
        check('ﾗ', None);
        check('\n', Some(Flaw::Control));
        check('\u{85}', Some(Flaw::Control));
        check('\u{202e}', Some(Flaw::Bidi));
        check('\u{2066}', Some(Flaw::Bidi));
        check('\u{200b}', Some(Flaw::ZeroWidth));
        check('\u{feff}', Some(Flaw::Invisible));
        check('\u{3164}', Some(Flaw::Invisible));
        check('𠮷', Some(Flaw::Astral));
        check('\u{e0041}', Some(Flaw::Invisible));
    }

    #[test]
    fn words_of_two_alphabets() {
        for text in ["аpple", "Αngkor coffee", "shop_оne@aclb", "café Жук5a Жa"] {
            assert!(mixes_alphabets(text), "{text}");
        }
        for text in ["apple", "кафе apple", "café", "ទឹកដោះគោ A", "鳥居A"] {
            assert!(!mixes_alphabets(text), "{text}");
        }
        assert!(is_wide('１') && is_wide('Ａ') && !is_wide('1') && !is_wide('ラ'));
    }

    #[test]
    fn ans_and_scripts() {
        assert!(is_ans("Angkor Coffee ~") && is_ans(""));
        assert!(!is_ans("Café") && !is_ans("a\tb"));
        assert!(is_unspaced_script('ក') && is_unspaced_script('ไ'));
        assert!(!is_unspaced_script('a') && !is_unspaced_script('鳥'));
    }
}
