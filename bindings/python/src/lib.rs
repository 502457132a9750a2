//! `emvqr` for Python: the module's four functions. What they say is `emvqr-common`'s, so that
//! every language says the same; this crate only turns it into Python's dictionaries, and knows
//! nothing of codes. It needs no `unsafe` of its own.

use std::time::{SystemTime, UNIX_EPOCH};

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyInt, PyList, PyString};
use serde_json::Value;

pyo3::create_exception!(
    emvqr,
    BuildError,
    PyValueError,
    "Why a code was not built: `code`, `path`, `message`, `sdk_code`."
);

/// Reads, judges and writes merchant payment codes.
#[pymodule(name = "_emvqr")]
mod module {
    #[pymodule_export]
    use super::{BuildError, build, decode, lint, md5};

    #[pymodule_export]
    #[expect(non_upper_case_globals, reason = "Python's own name for it")]
    const __version__: &str = emvqr_common::VERSION;
}

/// Say what a code means, what is wrong with it, and whether a wallet may go on.
#[pyfunction]
#[pyo3(signature = (payload, *, now_ms = None))]
fn decode<'py>(
    python: Python<'py>,
    payload: &str,
    now_ms: Option<i64>,
) -> PyResult<Bound<'py, PyAny>> {
    let now_ms = now_ms.unwrap_or_else(present_ms);
    to_python(python, &emvqr_common::decode(payload, now_ms))
}

/// Say what is wrong with a code, by whose rules and where.
#[pyfunction]
#[pyo3(signature = (payload, *, profile = "lenient", now_ms = None))]
fn lint<'py>(
    python: Python<'py>,
    payload: &str,
    profile: &str,
    now_ms: Option<i64>,
) -> PyResult<Bound<'py, PyAny>> {
    let unknown = || PyValueError::new_err(format!("profile is unknown `{profile}`"));
    let profile = emvqr_common::profile(profile).ok_or_else(unknown)?;
    let now_ms = now_ms.unwrap_or_else(present_ms);
    to_python(python, &emvqr_common::lint(payload, now_ms, profile))
}

/// Write a code that reads back as what went in.
#[pyfunction]
#[pyo3(signature = (scheme, **options))]
fn build(
    python: Python<'_>,
    scheme: &str,
    options: Option<&Bound<'_, PyDict>>,
) -> PyResult<String> {
    let mut given = vec![("scheme".to_owned(), scheme.to_owned())];
    for (name, value) in options.into_iter().flatten() {
        let name: String = name.extract()?;
        if let Some(value) = option(&name, &value)? {
            given.push((name, value));
        }
    }
    let pairs: Vec<(&str, &str)> = given
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    emvqr_common::build(&pairs).map_err(|refusal| {
        let error = BuildError::new_err(refusal.to_string());
        let value = error.value(python);
        let attributes = value
            .setattr("code", refusal.code)
            .and_then(|()| value.setattr("path", refusal.path))
            .and_then(|()| value.setattr("message", refusal.message))
            .and_then(|()| value.setattr("sdk_code", refusal.sdk_code));
        attributes.err().unwrap_or(error)
    })
}

/// The name by which Bakong knows the payment of a code.
#[pyfunction]
fn md5(payload: &str) -> String {
    emvqr::md5_hex(payload)
}

/// A text, or a whole number of those options that are times; `None` was not given. Everything
/// else, floats above all, is a mistake of the program and not of the code.
fn option(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    if value.is_none() {
        return Ok(None);
    }
    if value.is_instance_of::<PyString>() {
        return value.extract().map(Some);
    }
    let is_whole = value.is_instance_of::<PyInt>() && !value.is_instance_of::<PyBool>();
    if is_whole && name.ends_with("_ms") {
        return Ok(Some(value.extract::<i64>()?.to_string()));
    }
    let kind = value.get_type().name()?;
    let wanted = if name.ends_with("_ms") {
        "int or str"
    } else {
        "str"
    };
    let message = format!("option wants {wanted}, not {kind} `{name}`");
    Err(PyTypeError::new_err(message))
}

/// A clock before 1970 makes every dynamic code one from the future, which is odd and refused by
/// nobody; so 0 is good enough.
fn present_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |time| {
        i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
    })
}

/// Recursion is bounded by the shapes of `emvqr-common`, which are four levels deep.
fn to_python<'py>(python: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    match value {
        Value::Null => Ok(python.None().into_bound(python)),
        Value::Bool(flag) => Ok(PyBool::new(python, *flag).to_owned().into_any()),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Ok(PyInt::new(python, whole).into_any()),
            None => Err(PyTypeError::new_err("number is not whole")),
        },
        Value::String(text) => Ok(PyString::new(python, text).into_any()),
        Value::Array(items) => {
            let list = PyList::empty(python);
            for item in items {
                list.append(to_python(python, item)?)?;
            }
            Ok(list.into_any())
        }
        Value::Object(rows) => {
            let dictionary = PyDict::new(python);
            for (key, row) in rows {
                dictionary.set_item(key, to_python(python, row)?)?;
            }
            Ok(dictionary.into_any())
        }
    }
}
