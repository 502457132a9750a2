//! The document of the interface as one page for people: no script, no other file, readable on a
//! phone and offline. It is rendered from the JSON that is served, so it cannot say anything else.

mod schema;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::Value;

use schema::{anchor, schema_rows, type_of};

/// The page.
pub(crate) fn page(api: &Value) -> String {
    let title = text(&api["info"], "title");
    let (callbacks, tags) = match list(api, "tags") {
        [tags @ .., callbacks] => (callbacks, tags),
        [] => (&Value::Null, [].as_slice()),
    };
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " API" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { (title) " API " small { (text(&api["info"], "version")) } }
                    (prose(text(&api["info"], "description")))
                    p { a href="/openapi.json" { "OpenAPI 3.1 document" } }
                }
                nav { (contents(api, tags)) }
                main {
                    @for tag in tags {
                        h2 { (text(tag, "name")) }
                        (prose(text(tag, "description")))
                        @for (path, method, operation) in of_tag(api, text(tag, "name")) {
                            (section(path, method, operation))
                        }
                    }
                    h2 id="callbacks" { "callbacks" }
                    (prose(text(callbacks, "description")))
                    @for (path, method, operation) in operations(&api["webhooks"]) {
                        (section(&format!("{{base}}/{path}"), method, operation))
                    }
                    h2 id="schemas" { "schemas" }
                    @for (name, schema) in members(at(api, &["components", "schemas"])) {
                        section id=(anchor(name)) {
                            h3 { (name) }
                            (prose(text(schema, "description")))
                            (schema_rows(schema))
                        }
                    }
                }
            }
        }
    };
    page.into_string()
}

const STYLE: &str = include_str!("docs/style.css");

fn contents(api: &Value, tags: &[Value]) -> Markup {
    html! {
        @for tag in tags {
            p { strong { (text(tag, "name")) } }
            ul {
                @for (path, method, operation) in of_tag(api, text(tag, "name")) {
                    li {
                        a href=(format!("#{}", text(operation, "operationId"))) {
                            code { (method.to_uppercase()) " " (path) }
                        }
                    }
                }
            }
        }
        p { a href="#callbacks" { "callbacks" } " · " a href="#schemas" { "schemas" } }
    }
}

fn section(path: &str, method: &str, operation: &Value) -> Markup {
    let body = at(operation, &["requestBody", "content"]);
    html! {
        section id=(text(operation, "operationId")) {
            h3 { (text(operation, "summary")) }
            p.call {
                code { b { (method.to_uppercase()) } " " (path) }
                @if operation["security"].is_array() { " " span.signed { "signed" } }
            }
            (prose(text(operation, "description")))
            @let parameters = list(operation, "parameters");
            @if !parameters.is_empty() {
                table {
                    tr { th { "parameter" } th { "in" } th { "what" } }
                    @for parameter in parameters {
                        tr {
                            td { code { (text(parameter, "name")) } }
                            td { (text(parameter, "in")) }
                            td { (inline(text(parameter, "description"))) }
                        }
                    }
                }
            }
            @for (kind, content) in members(body) {
                p { "Body " code { (kind) } ": " (type_of(&content["schema"])) }
            }
            @let (problems, answers): (Vec<_>, Vec<_>) =
                members(&operation["responses"]).partition(|(status, _)| is_problem(status));
            (responses(&answers))
            @if !problems.is_empty() {
                details {
                    summary { "refusals, by status" }
                    (responses(&problems))
                }
            }
        }
    }
}

/// Refusals are folded away: each operation has the same two dozen, and its own few.
fn is_problem(status: &str) -> bool {
    status.starts_with('4') || status.starts_with('5')
}

fn responses(responses: &[(&str, &Value)]) -> Markup {
    html! {
        table {
            tr { th { "status" } th { "answer" } }
            @for (status, response) in responses {
                tr {
                    td { code { (status) } }
                    td {
                        (prose(text(response, "description")))
                        @for (_, content) in members(&response["content"]) {
                            p { (type_of(&content["schema"])) }
                        }
                    }
                }
            }
        }
    }
}

/// As a payment goes, not as the alphabet does; what is not named here comes behind.
const ORDER: [&str; 9] = [
    "scan",
    "quote",
    "pay",
    "payment",
    "cancel",
    "refund",
    "refund_status",
    "payments",
    "put_rates",
];

fn rank(operation: &Value) -> usize {
    let id = text(operation, "operationId");
    ORDER
        .iter()
        .position(|known| *known == id)
        .unwrap_or(ORDER.len())
}

fn of_tag<'a>(api: &'a Value, tag: &str) -> Vec<(&'a str, &'a str, &'a Value)> {
    let has_tag = |operation: &Value| list(operation, "tags").iter().any(|name| name == tag);
    let all = operations(&api["paths"]).into_iter();
    let mut named: Vec<_> = all.filter(|(_, _, operation)| has_tag(operation)).collect();
    named.sort_by_key(|(_, _, operation)| rank(operation));
    named
}

fn operations(paths: &Value) -> Vec<(&str, &str, &Value)> {
    let methods = ["get", "put", "post", "delete"];
    let of_path = |(path, item)| {
        let named = move |method| Some((path, method, Value::get(item, method)?));
        methods.into_iter().filter_map(named)
    };
    members(paths).flat_map(of_path).collect()
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.as_str(), value))
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value
        .get(name)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}

/// Nothing where there is nothing.
fn at<'a>(value: &'a Value, path: &[&str]) -> &'a Value {
    path.iter()
        .fold(value, |value, name| value.get(name).unwrap_or(&Value::Null))
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Our own few marks: paragraphs, lists of lines that begin with a hyphen, code and bold.
fn prose(text: &str) -> Markup {
    let paragraphs = text
        .split("\n\n")
        .filter(|paragraph| !paragraph.trim().is_empty());
    html! {
        @for paragraph in paragraphs {
            @if paragraph.starts_with("- ") {
                ul {
                    @for line in paragraph.lines() {
                        li { (inline(line.trim_start_matches("- "))) }
                    }
                }
            } @else {
                p { (inline(paragraph)) }
            }
        }
    }
}

/// Text in back quotes is code; text in double asterisks is bold.
fn inline(text: &str) -> Markup {
    html! {
        @for (number, part) in text.split('`').enumerate() {
            @if number % 2 == 1 {
                code { (part) }
            } @else {
                @for (number, part) in part.split("**").enumerate() {
                    @if number % 2 == 1 { strong { (part) } } @else { (part) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openapi::documents;

    #[test]
    fn the_page_shows_every_path_and_schema_and_needs_nothing_else() {
        let documents = documents();
        let api: Value = serde_json::from_str(&documents.json).unwrap();
        let html = &documents.html;
        let paths: Vec<_> = operations(&api["paths"]);
        assert_eq!(paths.len(), 45);
        for (path, method, operation) in paths {
            let heading = format!("<b>{}</b> {path}", method.to_uppercase());
            assert!(html.contains(&heading), "{heading}");
            let id = format!("id=\"{}\"", text(operation, "operationId"));
            assert_eq!(html.matches(&id).count(), 1, "{id}");
        }
        for (name, _) in operations(&api["webhooks"])
            .into_iter()
            .map(|(name, m, _)| (name, m))
        {
            assert!(html.contains(&format!("{{base}}/{name}")), "{name}");
        }
        for (name, _) in members(at(&api, &["components", "schemas"])) {
            assert!(html.contains(&format!("id=\"{}\"", anchor(name))), "{name}");
        }
        for foreign in ["<script", "src=", "http://", "https://", "@import", "url("] {
            assert!(!html.contains(foreign), "{foreign}");
        }
        for target in html.split("href=\"#").skip(1) {
            let id = target.split('"').next().unwrap();
            assert!(
                html.contains(&format!("id=\"{id}\"")),
                "nothing is at #{id}"
            );
        }
    }

    #[test]
    fn marks_become_markup_and_strangers_text_stays_text() {
        let shown = prose("a `b` **c** <d>\n\n- `x`: y\n- z").into_string();
        let expected = "<p>a <code>b</code> <strong>c</strong> &lt;d&gt;</p>\
                        <ul><li><code>x</code>: y</li><li>z</li></ul>";
        assert_eq!(shown, expected);
    }
}
