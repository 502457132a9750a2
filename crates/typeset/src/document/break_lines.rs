//! Breaking text into lines that fit.

use crate::TextError;
use crate::fonts::Weight;
use crate::path::{Colour, Item};
use crate::text::{Shaper, Words};

/// A line of text at its size.
#[derive(Debug)]
pub(super) struct Line {
    words: Words,
    size: f32,
    is_khmer: bool,
}

/// Least part of its size to which a line is made smaller rather than refused.
const SHRINK_MIN: f32 = 0.62;

impl Line {
    fn new(text: &str, words: Words, size: f32) -> Self {
        let is_khmer = text
            .chars()
            .any(|letter| ('\u{1780}'..='\u{17d3}').contains(&letter));
        Self {
            words,
            size,
            is_khmer,
        }
    }

    /// A text as one line, smaller if it must be.
    pub(super) fn one(
        text: &str,
        weight: Weight,
        shaper: &Shaper<'_>,
        room: f32,
        size: f32,
    ) -> Result<Self, TextError> {
        let words = shaper.shape(text, weight)?;
        let fitting = size.min(room / words.width().max(f32::EPSILON));
        if fitting < size * SHRINK_MIN {
            let text = text.chars().take(80).collect();
            return Err(TextError::TooLong { text });
        }
        Ok(Self::new(text, words, fitting))
    }

    pub(super) fn width(&self) -> f32 {
        self.words.width() * self.size
    }

    /// Khmer stacks signs above and below its letters; Latin and Japanese need less.
    pub(super) fn above(&self) -> f32 {
        self.size * if self.is_khmer { 1.1 } else { 0.98 }
    }

    pub(super) fn height(&self) -> f32 {
        self.above() + self.size * if self.is_khmer { 0.5 } else { 0.37 }
    }

    pub(super) fn item(self, colour: Colour, at: (f32, f32)) -> Item {
        Item::words(self.words, self.size, colour, at)
    }
}

/// Lines of at most a width. A text without a letter is one empty line.
pub(super) fn broken(
    text: &str,
    weight: Weight,
    shaper: &Shaper<'_>,
    room: f32,
    size: f32,
) -> Result<Vec<Line>, TextError> {
    // Most cells of a table are one line.
    let words = shaper.shape(text, weight)?;
    if words.width() * size <= room {
        return Ok(vec![Line::new(text, words, size)]);
    }
    let mut lines = Vec::new();
    let mut open = String::new();
    let mut open_width = 0.0;
    let space = shaper.shape(" ", weight)?.width();
    for piece in pieces(text) {
        let bare = shaper.shape(piece.trim_end(), weight)?.width() * size;
        let spaces = piece.len().saturating_sub(piece.trim_end().len());
        let spaces = f32::from(u8::try_from(spaces).unwrap_or(u8::MAX));
        let width = bare + spaces * space * size;
        if !open.is_empty() && open_width + bare > room {
            lines.push(Line::one(open.trim_end(), weight, shaper, room, size)?);
            open.clear();
            open_width = 0.0;
        }
        open.push_str(piece);
        open_width += width;
    }
    lines.push(Line::one(open.trim_end(), weight, shaper, room, size)?);
    Ok(lines)
}

/// Where a line may end: behind a space or a zero-width space, with which Khmer marks its words,
/// and between two Japanese letters, but not before what closes nor behind what opens.
fn pieces(text: &str) -> Vec<&str> {
    let mut cuts = Vec::new();
    let mut letters = text.char_indices().peekable();
    while let Some((_, letter)) = letters.next() {
        let Some((at, next)) = letters.peek().copied() else {
            break;
        };
        let is_space = matches!(letter, ' ' | '\u{200b}') && !matches!(next, ' ' | '\u{200b}');
        let is_between = (is_japanese(letter) || is_japanese(next))
            && !closes(next)
            && !opens(letter)
            && next != ' ';
        if is_space || is_between {
            cuts.push(at);
        }
    }
    let mut pieces = Vec::new();
    let mut rest = text;
    for cut in cuts.into_iter().rev() {
        if let Some((before, piece)) = rest.split_at_checked(cut) {
            pieces.push(piece);
            rest = before;
        }
    }
    pieces.push(rest);
    pieces.reverse();
    pieces
}

fn is_japanese(letter: char) -> bool {
    matches!(letter, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

fn closes(letter: char) -> bool {
    matches!(
        letter,
        '、' | '。'
            | '」'
            | '』'
            | '）'
            | '】'
            | '・'
            | '：'
            | '，'
            | '！'
            | '？'
            | 'ー'
            | 'ッ'
            | 'っ'
            | 'ャ'
            | 'ュ'
            | 'ョ'
            | 'ゃ'
            | 'ゅ'
            | 'ょ'
            | ')'
            | ','
            | '.'
            | ':'
            | '%'
    )
}

fn opens(letter: char) -> bool {
    matches!(letter, '「' | '『' | '（' | '【' | '(')
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn lines_may_end_where_a_reader_expects_it() {
        for (text, expected) in [
            ("", "|"),
            ("two words", "two |words|"),
            ("3,000  yen", "3,000  |yen|"),
            ("日本（東京）です。", "日|本|（東|京）|で|す。|"),
            ("ផ្ទះ\u{200b}កាហ្វេ", "ផ្ទះ\u{200b}|កាហ្វេ|"),
            ("JPQR の", "JPQR |の|"),
        ] {
            let pieces: String = pieces(text).iter().map(|one| format!("{one}|")).collect();
            assert_eq!(pieces, expected, "{text}");
        }
    }
}
