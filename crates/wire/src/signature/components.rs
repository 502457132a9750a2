//! The one table of what is covered.

use http::Method;

/// What a signature is for; its `tag` parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Request,
    Callback,
    Answer,
}

/// A covered component, with `req` where it is the request's in the signature of its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Component {
    Method,
    Authority,
    Path,
    Query,
    Status,
    ContentType,
    ContentDigest,
    RequestMethod,
    RequestPath,
    RequestQuery,
    RequestSignature,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Body {
    Required,
    Forbidden,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Always,
    /// Exactly if there is a body.
    WithBody,
}

/// Requests and callbacks, in the order of the signature base.
const REQUEST: &[(Component, When)] = &[
    (Component::Method, When::Always),
    (Component::Authority, When::Always),
    (Component::Path, When::Always),
    (Component::Query, When::Always),
    (Component::ContentType, When::WithBody),
    (Component::ContentDigest, When::WithBody),
];

const ANSWER: &[(Component, When)] = &[
    (Component::Status, When::Always),
    (Component::ContentType, When::WithBody),
    (Component::ContentDigest, When::WithBody),
    (Component::RequestMethod, When::Always),
    (Component::RequestPath, When::Always),
    (Component::RequestQuery, When::Always),
    (Component::RequestSignature, When::Always),
];

pub(super) fn covered(tag: Tag, body: &[u8]) -> Vec<Component> {
    let table = match tag {
        Tag::Request | Tag::Callback => REQUEST,
        Tag::Answer => ANSWER,
    };
    table
        .iter()
        .filter(|(_, when)| match when {
            When::Always => true,
            When::WithBody => !body.is_empty(),
        })
        .map(|(component, _)| *component)
        .collect()
}

/// Whether a method has a body; nothing if we do not speak it.
pub(super) fn body_of(method: &Method) -> Option<Body> {
    if [Method::POST, Method::PUT].contains(method) {
        Some(Body::Required)
    } else if [Method::GET, Method::DELETE].contains(method) {
        Some(Body::Forbidden)
    } else {
        None
    }
}

impl Tag {
    pub(super) fn text(self) -> &'static str {
        match self {
            Tag::Request => "spean-request",
            Tag::Callback => "spean-callback",
            Tag::Answer => "spean-answer",
        }
    }
}

impl Component {
    /// As it stands in the list of components and at the beginning of its line.
    pub(super) fn identifier(self) -> &'static str {
        match self {
            Component::Method => r#""@method""#,
            Component::Authority => r#""@authority""#,
            Component::Path => r#""@path""#,
            Component::Query => r#""@query""#,
            Component::Status => r#""@status""#,
            Component::ContentType => r#""content-type""#,
            Component::ContentDigest => r#""content-digest""#,
            Component::RequestMethod => r#""@method";req"#,
            Component::RequestPath => r#""@path";req"#,
            Component::RequestQuery => r#""@query";req"#,
            Component::RequestSignature => r#""signature";req;key="spean""#,
        }
    }
}

/// The list of components as RFC 9421 writes it.
pub(super) fn list(components: &[Component]) -> String {
    let identifiers = components.iter().map(|component| component.identifier());
    format!("({})", identifiers.collect::<Vec<_>>().join(" "))
}
