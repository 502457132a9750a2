//! First step: bytes to tree. Depth is counted where the parser descends and not in a scan of its
//! own, because a second reader of brackets and strings is a second opinion.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};

use super::path::Path;
use crate::error::{Code, Problem};

#[derive(Debug)]
pub(super) enum Node {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    /// Also every integer that fits neither of the above.
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Map(BTreeMap<String, Node>),
}

pub(super) fn read(bytes: &[u8], depth_max: usize) -> Result<Node, Problem> {
    let problem = RefCell::new(None);
    let mut parser = serde_json::Deserializer::from_slice(bytes);
    let seed = Seed {
        path: Path::ROOT,
        depth_left: depth_max,
        problem: &problem,
    };
    let read = seed
        .deserialize(&mut parser)
        .and_then(|node| parser.end().map(|()| node));
    read.map_err(|error| {
        // What the seed found is kept beside the parser's error, which can only carry text.
        problem.into_inner().unwrap_or_else(|| {
            let at = format!("line {}, column {}", error.line(), error.column());
            Problem::new(Code::MalformedJson).with_detail(at)
        })
    })
}

struct Seed<'p> {
    path: Path<'p>,
    depth_left: usize,
    problem: &'p RefCell<Option<Problem>>,
}

impl Seed<'_> {
    fn refuse<E: serde::de::Error>(&self, path: &Path<'_>, code: Code) -> E {
        let problem = Problem::new(code).with_field(path.pointer());
        self.problem.borrow_mut().get_or_insert(problem);
        E::custom("refused")
    }

    fn descend<E: serde::de::Error>(&self) -> Result<usize, E> {
        self.depth_left
            .checked_sub(1)
            .ok_or_else(|| self.refuse(&self.path, Code::BodyTooDeep))
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Node;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Node, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Unsigned(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Signed(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Node, E> {
        Ok(Node::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Node, A::Error> {
        let depth_left = self.descend()?;
        let mut list = Vec::new();
        loop {
            let path = self.path.element(list.len());
            match from.next_element_seed(Seed {
                path,
                depth_left,
                problem: self.problem,
            })? {
                Some(node) => list.push(node),
                None => return Ok(Node::List(list)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Node, A::Error> {
        let depth_left = self.descend()?;
        let mut map = BTreeMap::new();
        while let Some(name) = from.next_key::<String>()? {
            let path = self.path.member(&name);
            if map.contains_key(&name) {
                return Err(self.refuse(&path, Code::RepeatedField));
            }
            let node = from.next_value_seed(Seed {
                path,
                depth_left,
                problem: self.problem,
            })?;
            map.insert(name, node);
        }
        Ok(Node::Map(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusal_is_the_first_one_found() {
        let refused = read(br#"{"a":{"b":1,"b":2},"a":1}"#, 8).unwrap_err();
        assert_eq!(refused.field(), Some("/a/b"));
        let malformed_first = read(br#"{"a":!,"a":1}"#, 8).unwrap_err();
        assert_eq!(malformed_first.code(), Code::MalformedJson);
    }
}
