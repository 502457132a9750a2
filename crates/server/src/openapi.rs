//! The document of the interface: what the routes say of themselves, the problems that each
//! operation can answer with, how to sign, and the callbacks that a participant serves.

mod callbacks;
mod problems;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use utoipa::openapi::path::{HttpMethod, Operation, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, Info, License, OpenApi, Ref, RefOr, Response,
    ResponseBuilder,
};
use utoipa::{PartialSchema as _, ToSchema as _};
use wire::error::{Code, Problem};

use crate::api::TAGS;
use crate::docs;
use crate::router::{SIGNATURE_SCHEME, described};

/// The document, as it is served.
pub(crate) struct Documents {
    pub(crate) json: String,
    pub(crate) html: String,
}

/// Made once; the routes do not change while the process lives.
pub(crate) fn documents() -> &'static Documents {
    static DOCUMENTS: LazyLock<Documents> = LazyLock::new(|| {
        let json = document();
        let html = docs::page(&serde_json::from_str(&json).unwrap_or_default());
        Documents { json, html }
    });
    &DOCUMENTS
}

/// The OpenAPI document as JSON.
pub fn document() -> String {
    let mut api = described();
    api.info = Info::new("Spean", env!("CARGO_PKG_VERSION"));
    api.info.description = Some(INTRODUCTION.to_owned());
    api.info.license = Some(License::new("Apache-2.0"));
    let tags = TAGS.iter().chain([&callbacks::TAG]).map(|(name, words)| {
        TagBuilder::new()
            .name(*name)
            .description(Some(*words))
            .build()
    });
    api.tags = Some(tags.collect());
    for item in api.paths.paths.values_mut() {
        for (_, operation) in operations(item) {
            add_problems(operation);
        }
    }
    add_components(&mut api);
    callbacks::add_to(&mut api);
    // A document of strings and maps always becomes JSON; a line feed ends every file.
    let mut json = api.to_pretty_json().unwrap_or_default();
    json.push('\n');
    json
}

const INTRODUCTION: &str = "\
A switch between payment schemes: a payer's institution scans a code, asks for a quote and pays; \
the payee's institution is asked whether it can credit; the hub decides once and tells both \
sides.\n\n\
**Signing.** Every operation marked `signature` is signed by the participant's Ed25519 key with \
HTTP message signatures (RFC 9421), label `spean`, tag `spean-request`, over `@method`, \
`@authority`, `@path`, `@query` and, with a body, `content-type` and `content-digest` (RFC 9530, \
sha-256); parameters `created`, `nonce` (fresh, at least 128 random bits in base64url), `keyid` \
(RFC 7638 thumbprint), `alg=\"ed25519\"`. Answers, problems included, are signed by the hub's \
key with tag `spean-answer` and bound to the request. Believe no unsigned answer to a signed \
request; only a request whose own signature cannot be read is answered without one. \
`docs/SIGNING.md` has whole vectors, callbacks included.\n\n\
**Repeating.** Ids are chosen by the client, so every request may be sent again, signed anew: \
the same id and body give the same answer.\n\n\
**Money** is a decimal string in major units. **Times** are RFC 3339 in UTC. **Problems** are \
`application/problem+json` (RFC 9457) with a stable code that says who must act and whether to \
send again.";

const SIGNING: &str = "HTTP message signature (RFC 9421) with Ed25519, label `spean`, tag \
                       `spean-request`, in the headers `signature-input` and `signature`; see \
                       the introduction for the covered components.";

fn operations(item: &mut PathItem) -> impl Iterator<Item = (HttpMethod, &mut Operation)> {
    let all = [
        (HttpMethod::Get, &mut item.get),
        (HttpMethod::Put, &mut item.put),
        (HttpMethod::Post, &mut item.post),
        (HttpMethod::Delete, &mut item.delete),
    ];
    all.into_iter()
        .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// One response for each status, which lists its codes.
fn add_problems(operation: &mut Operation) {
    let id = operation.operation_id.clone().unwrap_or_default();
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    let is_signed = operation.security.is_some();
    let has_body = operation.request_body.is_some();
    for code in problems::of(&id, is_signed, has_body) {
        by_status
            .entry(code.entry().status.as_u16())
            .or_default()
            .push(code);
    }
    for (status, codes) in by_status {
        let response = RefOr::T(problem_response(&codes));
        operation
            .responses
            .responses
            .insert(status.to_string(), response);
    }
}

fn problem_response(codes: &[Code]) -> Response {
    let lines = codes.iter().map(|code| {
        let entry = code.entry();
        format!("- `{}`: {}", entry.code, entry.title)
    });
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .build();
    ResponseBuilder::new()
        .description(lines.collect::<Vec<_>>().join("\n"))
        .content(Problem::MEDIA_TYPE, content)
        .build()
}

fn add_components(api: &mut OpenApi) {
    let mut schemas = vec![(Problem::name().into_owned(), Problem::schema())];
    Problem::schemas(&mut schemas);
    let components = api
        .components
        .get_or_insert_with(|| ComponentsBuilder::new().build());
    components.schemas.extend(schemas);
    // OpenAPI has no word for signatures; the header that carries one is the nearest.
    let header = ApiKeyValue::with_description("signature", SIGNING);
    let scheme = SecurityScheme::ApiKey(ApiKey::Header(header));
    components
        .security_schemes
        .insert(SIGNATURE_SCHEME.to_owned(), RefOr::T(scheme));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_in_the_repository_is_what_is_served() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
        expect_test::expect_file![path].assert_eq(&document());
    }

    #[test]
    fn every_operation_says_what_it_is() {
        let mut api = described();
        let mut ids = Vec::new();
        for (path, item) in &mut api.paths.paths {
            for (_, operation) in operations(item) {
                let id = operation.operation_id.clone().unwrap();
                assert!(operation.summary.is_some(), "{path} has no summary");
                assert!(operation.description.is_some(), "{path} has no description");
                assert!(
                    operation.tags.as_ref().is_some_and(|tags| tags.len() == 1),
                    "{path}"
                );
                assert!(!ids.contains(&id), "{id} twice");
                ids.push(id);
            }
        }
        assert_eq!(ids.len(), 45);
    }
}
