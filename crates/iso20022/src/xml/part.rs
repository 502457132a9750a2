//! What a message is made of, said once and read and written from there.

use std::borrow::Cow;

use super::{Input, Output};
use crate::refusal::{ReadError, Refusal};

/// Something that stands in an element of its own.
pub(crate) trait Part: Sized {
    /// Reads the element that was just opened, to its end.
    fn read(input: &mut Input<'_>) -> Result<Self, ReadError>;

    /// Writes itself as an element of that name.
    fn write(&self, tag: &'static str, out: &mut Output);
}

/// A part that is nothing but text.
pub(crate) trait Leaf: Sized {
    /// The text has no blanks at its ends and no line breaks.
    fn parse(text: &str) -> Result<Self, Refusal>;

    fn text(&self) -> Cow<'_, str>;

    /// Whether the versions with the older types of parties have it.
    fn fits_old(&self) -> bool {
        true
    }
}

impl<T: Leaf> Part for T {
    fn read(input: &mut Input<'_>) -> Result<Self, ReadError> {
        let text = input.text()?;
        T::parse(&text).map_err(|refusal| input.refuse(refusal))
    }

    fn write(&self, tag: &'static str, out: &mut Output) {
        if out.version().has_old_parties() && !self.fits_old() {
            out.refuse(Refusal::XmlVersionCannotSay, tag);
        }
        out.leaf(tag, &self.text());
    }
}

impl Leaf for bool {
    fn parse(text: &str) -> Result<Self, Refusal> {
        match text {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => Err(Refusal::FlagMalformed),
        }
    }

    fn text(&self) -> Cow<'_, str> {
        Cow::Borrowed(if *self { "true" } else { "false" })
    }
}

pub(crate) fn put_one<T: Part>(
    slot: &mut Option<T>,
    input: &mut Input<'_>,
) -> Result<(), ReadError> {
    if slot.is_some() {
        return Err(input.refuse(Refusal::XmlRepeated));
    }
    *slot = Some(T::read(input)?);
    Ok(())
}

pub(crate) fn put_boxed<T: Part>(
    slot: &mut Option<Box<T>>,
    input: &mut Input<'_>,
) -> Result<(), ReadError> {
    let mut found = None;
    if slot.is_some() {
        return Err(input.refuse(Refusal::XmlRepeated));
    }
    put_one(&mut found, input)?;
    *slot = found.map(Box::new);
    Ok(())
}

pub(crate) fn put_list<T: Part>(
    list: &mut Vec<T>,
    input: &mut Input<'_>,
    most: usize,
) -> Result<(), ReadError> {
    if list.len() >= most {
        return Err(input.refuse(Refusal::XmlTooMany));
    }
    list.push(T::read(input)?);
    Ok(())
}

pub(crate) fn must<T>(
    slot: Option<T>,
    input: &Input<'_>,
    path: &'static str,
) -> Result<T, ReadError> {
    slot.ok_or_else(|| input.refuse_below(Refusal::XmlMissing, path))
}

/// What a field holds: exactly `one`, at most one (`opt`, or `boxed` where it is large), any
/// number (`many`), at least one (`some`), at most as many as an address has `lines`, or a `flag`
/// that is false where it is not said.
macro_rules! held {
    (one $type:ty) => { $type };
    (opt $type:ty) => { Option<$type> };
    (boxed $type:ty) => { Option<Box<$type>> };
    (many $type:ty) => { Vec<$type> };
    (lines $type:ty) => { Vec<$type> };
    (some $type:ty) => { Vec<$type> };
    (flag $type:ty) => { $type };
}

/// What a field holds while its part is being read.
macro_rules! slot {
    (one $type:ty) => { Option<$type> };
    (opt $type:ty) => { Option<$type> };
    (boxed $type:ty) => { Option<Box<$type>> };
    (many $type:ty) => { Vec<$type> };
    (lines $type:ty) => { Vec<$type> };
    (some $type:ty) => { Vec<$type> };
    (flag $type:ty) => { Option<$type> };
}

macro_rules! put {
    (one $slot:ident, $input:ident) => {
        crate::xml::put_one(&mut $slot, $input)
    };
    (opt $slot:ident, $input:ident) => {
        crate::xml::put_one(&mut $slot, $input)
    };
    (boxed $slot:ident, $input:ident) => {
        crate::xml::put_boxed(&mut $slot, $input)
    };
    (many $slot:ident, $input:ident) => {
        crate::xml::put_list(&mut $slot, $input, crate::limits::ITEMS_MAX)
    };
    (lines $slot:ident, $input:ident) => {
        crate::xml::put_list(&mut $slot, $input, crate::limits::ADDRESS_LINES_MAX)
    };
    (some $slot:ident, $input:ident) => {
        crate::xml::put_list(&mut $slot, $input, crate::limits::ITEMS_MAX)
    };
    (flag $slot:ident, $input:ident) => {
        crate::xml::put_one(&mut $slot, $input)
    };
}

macro_rules! keep {
    (one $slot:ident, $input:ident, $path:literal) => {
        crate::xml::must($slot, $input, $path)?
    };
    (opt $slot:ident, $input:ident, $path:literal) => {
        $slot
    };
    (boxed $slot:ident, $input:ident, $path:literal) => {
        $slot
    };
    (many $slot:ident, $input:ident, $path:literal) => {
        $slot
    };
    (lines $slot:ident, $input:ident, $path:literal) => {
        $slot
    };
    (some $slot:ident, $input:ident, $path:literal) => {
        crate::xml::must(Some($slot).filter(|list| !list.is_empty()), $input, $path)?
    };
    (flag $slot:ident, $input:ident, $path:literal) => {
        $slot.unwrap_or(false)
    };
}

macro_rules! give {
    (one $value:expr, $path:literal, $out:ident) => {{
        let tag = $out.at($path);
        crate::xml::Part::write(&$value, tag, $out);
    }};
    (opt $value:expr, $path:literal, $out:ident) => {
        if let Some(value) = &$value {
            let tag = $out.at($path);
            crate::xml::Part::write(value, tag, $out);
        }
    };
    (boxed $value:expr, $path:literal, $out:ident) => {
        if let Some(value) = &$value {
            let tag = $out.at($path);
            crate::xml::Part::write(&**value, tag, $out);
        }
    };
    (many $value:expr, $path:literal, $out:ident) => {
        for value in &$value {
            let tag = $out.at($path);
            crate::xml::Part::write(value, tag, $out);
        }
    };
    (lines $value:expr, $path:literal, $out:ident) => {{
        if $value.len() > crate::limits::ADDRESS_LINES_MAX {
            $out.refuse(crate::refusal::Refusal::XmlTooMany, $path);
        }
        crate::xml::give!(many $value, $path, $out);
    }};
    (some $value:expr, $path:literal, $out:ident) => {{
        if $value.is_empty() {
            $out.refuse(crate::refusal::Refusal::XmlMissing, $path);
        }
        crate::xml::give!(many $value, $path, $out);
    }};
    (flag $value:expr, $path:literal, $out:ident) => {
        if $value {
            let tag = $out.at($path);
            crate::xml::Part::write(&$value, tag, $out);
        }
    };
}

/// A part that holds fields: `name: how Type = "path"`, in the order of the schema.
macro_rules! part {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $($(#[$field_meta:meta])* $field:ident: $how:ident $type:ty = $path:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        $vis struct $name {
            $($(#[$field_meta])* $vis $field: crate::xml::held!($how $type),)*
        }

        impl crate::xml::Part for $name {
            fn read(
                input: &mut crate::xml::Input<'_>,
            ) -> Result<Self, crate::refusal::ReadError> {
                $(let mut $field = <crate::xml::slot!($how $type)>::default();)*
                input.fields(&[$($path,)*], &mut |input, path| match path {
                    $($path => crate::xml::put!($how $field, input),)*
                    _ => Ok(()),
                })?;
                Ok(Self { $($field: crate::xml::keep!($how $field, input, $path),)* })
            }

            fn write(&self, tag: &'static str, out: &mut crate::xml::Output) {
                out.open(tag);
                $(crate::xml::give!($how self.$field, $path, out);)*
                out.close();
            }
        }

        #[cfg(test)]
        impl crate::tests::Draw for $name {
            fn draw(dice: &mut crate::tests::Dice) -> Self {
                Self { $($field: crate::tests::drawn!($how $type, dice),)* }
            }
        }
    };
}

/// A part that holds exactly one of several: `Variant(Type) = "path"`.
macro_rules! choice {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident($type:ty) = $path:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        $vis enum $name {
            $($(#[$variant_meta])* $variant($type),)*
        }

        impl crate::xml::Part for $name {
            fn read(
                input: &mut crate::xml::Input<'_>,
            ) -> Result<Self, crate::refusal::ReadError> {
                let mut found = None;
                input.fields(&[$($path,)*], &mut |input, path| {
                    let next = match path {
                        $($path => Self::$variant(crate::xml::Part::read(input)?),)*
                        _ => return Ok(()),
                    };
                    match found.replace(next) {
                        None => Ok(()),
                        Some(_) => Err(input.refuse(crate::refusal::Refusal::XmlChoice)),
                    }
                })?;
                found.ok_or_else(|| input.refuse(crate::refusal::Refusal::XmlChoice))
            }

            fn write(&self, tag: &'static str, out: &mut crate::xml::Output) {
                out.open(tag);
                match self {
                    $(Self::$variant(value) => {
                        let tag = out.at($path);
                        crate::xml::Part::write(value, tag, out);
                    })*
                }
                out.close();
            }
        }

        #[cfg(test)]
        impl crate::tests::Draw for $name {
            fn draw(dice: &mut crate::tests::Dice) -> Self {
                let draws: &[fn(&mut crate::tests::Dice) -> Self] = &[
                    $(|dice| Self::$variant(crate::tests::Draw::draw(dice)),)*
                ];
                dice.pick(draws)(dice)
            }
        }
    };
}

/// A code of a list that the schema closes: anything else is refused.
macro_rules! closed {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $code:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name {
            $($(#[$variant_meta])* $variant,)*
        }

        impl $name {
            /// The code itself.
            $vis fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                }
            }
        }

        impl crate::xml::Leaf for $name {
            fn parse(text: &str) -> Result<Self, crate::refusal::Refusal> {
                match text {
                    $($code => Ok(Self::$variant),)*
                    _ => Err(crate::refusal::Refusal::CodeUnknown),
                }
            }

            fn text(&self) -> std::borrow::Cow<'_, str> {
                std::borrow::Cow::Borrowed(self.as_str())
            }
        }

        #[cfg(test)]
        impl crate::tests::Draw for $name {
            fn draw(dice: &mut crate::tests::Dice) -> Self {
                *dice.pick(&[$(Self::$variant,)*])
            }
        }
    };
}

/// A code of a list that is kept outside the schemas and grows: what we do not know is kept.
macro_rules! codes {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $code:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// A code that has no meaning here; never one of those above.
            Other(crate::value::Code<4>),
        }

        impl $name {
            /// The code itself.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $code,)*
                    Self::Other(code) => code.as_str(),
                }
            }
        }

        impl crate::xml::Leaf for $name {
            fn parse(text: &str) -> Result<Self, crate::refusal::Refusal> {
                match text {
                    $($code => Ok(Self::$variant),)*
                    _ => crate::value::Code::new(text).map(Self::Other),
                }
            }

            fn text(&self) -> std::borrow::Cow<'_, str> {
                std::borrow::Cow::Borrowed(self.as_str())
            }
        }

        #[cfg(test)]
        impl crate::tests::Draw for $name {
            fn draw(dice: &mut crate::tests::Dice) -> Self {
                let other = crate::value::Code::new("ZZZ9").map(Self::Other).unwrap();
                *dice.pick(&[$(Self::$variant,)* other])
            }
        }
    };
}

pub(crate) use {choice, closed, codes, give, held, keep, part, put, slot};
