//! Schemas as tables.

use maud::{Markup, html};
use serde_json::Value;

use super::{inline, list, members, text};

pub(super) fn anchor(name: &str) -> String {
    format!("schema-{name}")
}

/// The members of an object, or the values of a closed list.
pub(super) fn schema_rows(schema: &Value) -> Markup {
    let required = list(schema, "required");
    let variants = list(schema, "oneOf");
    html! {
        @if schema["properties"].is_object() {
            table {
                tr { th { "member" } th { "type" } th { "what" } }
                @for (name, member) in members(&schema["properties"]) {
                    tr {
                        td {
                            code { (name) }
                            @if !required.iter().any(|one| one == name) { " (optional)" }
                        }
                        td { (type_of(member)) }
                        td { (inline(text(member, "description"))) }
                    }
                }
            }
        } @else if !variants.is_empty() {
            table {
                tr { th { "value" } th { "what" } }
                @for variant in variants {
                    tr {
                        td { (values(variant)) }
                        td { (inline(text(variant, "description"))) }
                    }
                }
            }
        } @else {
            p { (type_of(schema)) }
        }
    }
}

/// A type in a few words, with a link where it has a name.
pub(super) fn type_of(schema: &Value) -> Markup {
    let name = text(schema, "$ref").rsplit('/').next().unwrap_or_default();
    let alternatives = list(schema, "oneOf")
        .iter()
        .filter(|one| text(one, "type") != "null");
    html! {
        @if !name.is_empty() {
            a href=(format!("#{}", anchor(name))) { (name) }
        } @else if schema["enum"].is_array() {
            (values(schema))
        } @else if schema["oneOf"].is_array() {
            @for (number, one) in alternatives.enumerate() {
                @if number > 0 { " or " }
                (type_of(one))
            }
        } @else if text(schema, "type") == "array" {
            "list of " (type_of(&schema["items"]))
        } @else {
            (plain(&schema["type"]))
        }
    }
}

fn values(schema: &Value) -> Markup {
    html! {
        @for (number, value) in list(schema, "enum").iter().enumerate() {
            @if number > 0 { ", " }
            code { (value.as_str().unwrap_or_default()) }
        }
    }
}

/// `["string", "null"]` is a string that may be absent, which is said elsewhere.
fn plain(kind: &Value) -> String {
    match kind {
        Value::String(name) => name.clone(),
        Value::Array(names) => {
            let names = names
                .iter()
                .filter_map(Value::as_str)
                .filter(|name| *name != "null");
            names.collect::<Vec<_>>().join(" or ")
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => "any".to_owned(),
    }
}
