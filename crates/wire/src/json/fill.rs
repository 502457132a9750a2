//! Second step: tree to type, with an error type that keeps apart what serde keeps apart.

use std::collections::btree_map;
use std::fmt;
use std::vec;

use serde::de::value::StringDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected,
    IntoDeserializer, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::path::Path;
use super::tree::Node;
use crate::error::{Code, Problem};

pub(super) fn fill<T: DeserializeOwned>(node: Node) -> Result<T, Problem> {
    let path = Path::ROOT;
    T::deserialize(Filler { node, path: &path }).map_err(|error| error.problem(&path))
}

/// What was wrong, and where as soon as that is known.
#[derive(Debug)]
struct FillError {
    code: Code,
    /// Made of our own words and the wire's names only.
    detail: Option<String>,
    /// The member that is missing, below the place where this is noticed.
    missing: Option<&'static str>,
    pointer: Option<String>,
}

struct Filler<'p> {
    node: Node,
    path: &'p Path<'p>,
}

struct Elements<'p> {
    rest: vec::IntoIter<Node>,
    index: usize,
    path: &'p Path<'p>,
}

struct Members<'p> {
    rest: btree_map::IntoIter<String, Node>,
    value: Option<(String, Node)>,
    path: &'p Path<'p>,
}

struct Variant<'p> {
    name: String,
    content: Option<Node>,
    path: &'p Path<'p>,
}

impl FillError {
    fn new(code: Code) -> FillError {
        FillError {
            code,
            detail: None,
            missing: None,
            pointer: None,
        }
    }

    fn expected(code: Code, names: &[&str]) -> FillError {
        let names = names
            .iter()
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>();
        let detail = match names.is_empty() {
            true => None,
            false => Some(format!("expected one of {}", names.join(", "))),
        };
        FillError {
            detail,
            ..FillError::new(code)
        }
    }

    /// The innermost place that sees the error names it.
    fn locate(self, path: &Path<'_>) -> FillError {
        if self.pointer.is_some() {
            return self;
        }
        let pointer = match self.missing {
            Some(name) => path.member(name).pointer(),
            None => path.pointer(),
        };
        FillError {
            pointer: Some(pointer),
            ..self
        }
    }

    fn problem(self, path: &Path<'_>) -> Problem {
        let FillError {
            code,
            detail,
            pointer,
            ..
        } = self.locate(path);
        let problem = Problem::new(code);
        let problem = match pointer {
            Some(pointer) => problem.with_field(pointer),
            None => problem,
        };
        match detail {
            Some(detail) => problem.with_detail(detail),
            None => problem,
        }
    }
}

/// Serde's own text names Rust types and repeats the sender's values, so none of it is kept.
impl serde::de::Error for FillError {
    fn custom<T: fmt::Display>(_text: T) -> FillError {
        FillError::new(Code::InvalidField)
    }

    fn invalid_type(found: Unexpected<'_>, _expected: &dyn Expected) -> FillError {
        let detail = match found {
            Unexpected::Bool(_) => "found true or false",
            Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => {
                "found a number"
            }
            Unexpected::Str(_) | Unexpected::Char(_) => "found a string",
            Unexpected::Unit | Unexpected::Option => "found null",
            Unexpected::Seq => "found an array",
            Unexpected::Map => "found an object",
            Unexpected::Bytes(_)
            | Unexpected::NewtypeStruct
            | Unexpected::Enum
            | Unexpected::UnitVariant
            | Unexpected::NewtypeVariant
            | Unexpected::TupleVariant
            | Unexpected::StructVariant
            | Unexpected::Other(_) => return FillError::new(Code::InvalidField),
        };
        FillError {
            detail: Some(detail.to_owned()),
            ..FillError::new(Code::InvalidField)
        }
    }

    fn invalid_value(_found: Unexpected<'_>, _expected: &dyn Expected) -> FillError {
        FillError::new(Code::InvalidField)
    }

    fn invalid_length(_length: usize, _expected: &dyn Expected) -> FillError {
        FillError::new(Code::InvalidField)
    }

    fn unknown_variant(_variant: &str, expected: &'static [&'static str]) -> FillError {
        FillError::expected(Code::InvalidField, expected)
    }

    fn unknown_field(_field: &str, expected: &'static [&'static str]) -> FillError {
        FillError::expected(Code::UnknownField, expected)
    }

    fn missing_field(field: &'static str) -> FillError {
        FillError {
            missing: Some(field),
            ..FillError::new(Code::MissingField)
        }
    }

    fn duplicate_field(_field: &'static str) -> FillError {
        FillError::new(Code::RepeatedField)
    }
}

impl fmt::Display for FillError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.code.fmt(f)
    }
}

impl std::error::Error for FillError {}

impl<'de> Deserializer<'de> for Filler<'_> {
    type Error = FillError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FillError> {
        let path = self.path;
        match self.node {
            Node::Null => visitor.visit_unit(),
            Node::Bool(value) => visitor.visit_bool(value),
            Node::Unsigned(value) => visitor.visit_u64(value),
            Node::Signed(value) => visitor.visit_i64(value),
            Node::Float(value) => visitor.visit_f64(value),
            Node::Text(value) => visitor.visit_string(value),
            Node::List(list) => visit_list(list, path, visitor),
            Node::Map(map) => {
                let rest = map.into_iter();
                visitor.visit_map(Members {
                    rest,
                    value: None,
                    path,
                })
            }
        }
        .map_err(|error: FillError| error.locate(path))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FillError> {
        match self.node {
            Node::Null => visitor.visit_none(),
            Node::Bool(_)
            | Node::Unsigned(_)
            | Node::Signed(_)
            | Node::Float(_)
            | Node::Text(_)
            | Node::List(_)
            | Node::Map(_) => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, FillError> {
        let path = self.path;
        visitor
            .visit_newtype_struct(self)
            .map_err(|error| error.locate(path))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, FillError> {
        let path = self.path;
        let variant = match self.node {
            Node::Text(name) => Some(Variant {
                name,
                content: None,
                path,
            }),
            Node::Map(map) if map.len() == 1 => {
                map.into_iter().next().map(|(name, content)| Variant {
                    name,
                    content: Some(content),
                    path,
                })
            }
            Node::Null
            | Node::Bool(_)
            | Node::Unsigned(_)
            | Node::Signed(_)
            | Node::Float(_)
            | Node::List(_)
            | Node::Map(_) => None,
        };
        variant
            .ok_or_else(|| FillError::new(Code::InvalidField))
            .and_then(|variant| visitor.visit_enum(variant))
            .map_err(|error| error.locate(path))
    }

    /// Serde would also fill a struct from an array, member by member in the order of our source.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, FillError> {
        match self.node {
            Node::List(_) => {
                let error = FillError::invalid_type(Unexpected::Seq, &visitor);
                Err(error.locate(self.path))
            }
            Node::Null
            | Node::Bool(_)
            | Node::Unsigned(_)
            | Node::Signed(_)
            | Node::Float(_)
            | Node::Text(_)
            | Node::Map(_) => self.deserialize_any(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FillError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map identifier
    }
}

/// A visitor that stops early (a tuple) leaves elements over; those are an error, not ignored.
fn visit_list<'de, V: Visitor<'de>>(
    list: Vec<Node>,
    path: &Path<'_>,
    visitor: V,
) -> Result<V::Value, FillError> {
    let mut elements = Elements {
        rest: list.into_iter(),
        index: 0,
        path,
    };
    let value = visitor.visit_seq(&mut elements)?;
    match elements.rest.next() {
        None => Ok(value),
        Some(_) => Err(FillError::new(Code::InvalidField)),
    }
}

impl<'de> SeqAccess<'de> for &mut Elements<'_> {
    type Error = FillError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, FillError> {
        let Some(node) = self.rest.next() else {
            return Ok(None);
        };
        let path = self.path.element(self.index);
        self.index = self.index.saturating_add(1);
        let value = seed.deserialize(Filler { node, path: &path });
        value.map(Some).map_err(|error| error.locate(&path))
    }
}

impl<'de> MapAccess<'de> for Members<'_> {
    type Error = FillError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, FillError> {
        let Some((name, node)) = self.rest.next() else {
            return Ok(None);
        };
        let key: StringDeserializer<FillError> = name.clone().into_deserializer();
        let read = seed.deserialize(key);
        let read = read.map_err(|error| error.locate(&self.path.member(&name)))?;
        self.value = Some((name, node));
        Ok(Some(read))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, FillError> {
        let (name, node) = self
            .value
            .take()
            .ok_or_else(|| FillError::custom("a value before its key"))?;
        let path = self.path.member(&name);
        seed.deserialize(Filler { node, path: &path })
            .map_err(|error| error.locate(&path))
    }
}

impl<'de, 'p> EnumAccess<'de> for Variant<'p> {
    type Error = FillError;
    type Variant = Variant<'p>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Variant<'p>), FillError> {
        let name: StringDeserializer<FillError> = self.name.clone().into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = FillError;

    fn unit_variant(self) -> Result<(), FillError> {
        match self.content {
            None => Ok(()),
            Some(_) => Err(FillError::new(Code::InvalidField)),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, FillError> {
        let node = self
            .content
            .ok_or_else(|| FillError::new(Code::InvalidField))?;
        let path = self.path.member(&self.name);
        seed.deserialize(Filler { node, path: &path })
            .map_err(|error| error.locate(&path))
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, FillError> {
        let node = self
            .content
            .ok_or_else(|| FillError::new(Code::InvalidField))?;
        let path = self.path.member(&self.name);
        Filler { node, path: &path }.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, FillError> {
        let node = self
            .content
            .ok_or_else(|| FillError::new(Code::InvalidField))?;
        let path = self.path.member(&self.name);
        Filler { node, path: &path }.deserialize_any(visitor)
    }
}
