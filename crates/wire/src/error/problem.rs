//! RFC 9457 problem documents. Whoever makes one chooses a code and adds what the *other* side may
//! know; everything else follows from the catalogue, so a document cannot contradict it.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{ObjectBuilder, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::{Code, Retry, Status, Who};

/// A refusal or fault as the other side sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "ProblemDocument", into = "ProblemDocument")]
pub struct Problem {
    code: Code,
    detail: Option<Box<str>>,
    instance: Option<Box<str>>,
    field: Option<Box<str>>,
}

/// Why a request was not served (RFC 9457). Program against `code`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument {
    /// `urn:spean:error:` and the code.
    #[serde(rename = "type")]
    kind: Cow<'static, str>,
    /// What is wrong, the same words for every occurrence.
    title: Cow<'static, str>,
    status: Status,
    code: Code,
    /// Who must act before things can go on.
    who_must_act: Who,
    /// What the sender may do with the request.
    retry: Retry,
    /// What is wrong this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    detail: Option<Box<str>>,
    /// The payment, refund or other thing that the problem is about, as a path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    instance: Option<Box<str>>,
    /// JSON pointer (RFC 6901) to the member of the request's body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    field: Option<Box<str>>,
}

impl Problem {
    pub const MEDIA_TYPE: &'static str = "application/problem+json";

    pub fn new(code: Code) -> Problem {
        Problem {
            code,
            detail: None,
            instance: None,
            field: None,
        }
    }

    /// Text for the other side. What is only for our log never goes here.
    #[must_use]
    pub fn with_detail(self, detail: impl Into<String>) -> Problem {
        Problem {
            detail: Some(detail.into().into_boxed_str()),
            ..self
        }
    }

    #[must_use]
    pub fn with_instance(self, instance: impl Into<String>) -> Problem {
        Problem {
            instance: Some(instance.into().into_boxed_str()),
            ..self
        }
    }

    #[must_use]
    pub fn with_field(self, pointer: impl Into<String>) -> Problem {
        Problem {
            field: Some(pointer.into().into_boxed_str()),
            ..self
        }
    }

    pub fn code(&self) -> Code {
        self.code
    }

    pub fn status(&self) -> Status {
        self.code.entry().status
    }

    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    pub fn instance(&self) -> Option<&str> {
        self.instance.as_deref()
    }

    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Problem {
        Problem::new(code)
    }
}

impl From<Problem> for ProblemDocument {
    fn from(problem: Problem) -> ProblemDocument {
        let entry = problem.code.entry();
        ProblemDocument {
            kind: problem.code.urn().into(),
            title: entry.title.into(),
            status: entry.status,
            code: problem.code,
            who_must_act: entry.who,
            retry: entry.retry,
            detail: problem.detail,
            instance: problem.instance,
            field: problem.field,
        }
    }
}

/// Of a document that was read only the code and the occasion count: the rest is the catalogue's.
impl From<ProblemDocument> for Problem {
    fn from(document: ProblemDocument) -> Problem {
        Problem {
            code: document.code,
            detail: document.detail,
            instance: document.instance,
            field: document.field,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entry = self.code.entry();
        write!(f, "{} ({})", entry.title, entry.code)?;
        for (name, text) in [("at", self.field()), ("detail:", self.detail())] {
            if let Some(text) = text {
                write!(f, ", {name} `{text}`")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

impl PartialSchema for Problem {
    fn schema() -> RefOr<Schema> {
        ProblemDocument::schema()
    }
}

impl ToSchema for Problem {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Problem")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        ProblemDocument::schemas(schemas);
    }
}

/// The codes as a closed list, so that generated clients get an enum.
impl PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some(
                "A stable code: it is never renamed; new ones may be added.",
            ))
            .enum_values(Some(super::CATALOGUE.iter().map(|entry| entry.code)))
            .into()
    }
}

impl ToSchema for Code {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ErrorCode")
    }
}
