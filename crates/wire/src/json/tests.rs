use serde::Deserialize;

use super::*;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    id: Id,
    price: Price,
    #[serde(default)]
    lines: Vec<Price>,
    version: Option<u64>,
    kind: Option<Kind>,
    gift: Option<bool>,
    place: Option<Place>,
    tip: Option<Tip>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
struct Id(uuid::Uuid);

impl TryFrom<String> for Id {
    type Error = String;

    fn try_from(text: String) -> Result<Id, String> {
        text.parse()
            .map(Id)
            .map_err(|_uuid| format!("`{text}` is no Uuid for struct Order"))
    }
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Price {
    currency: String,
    amount: String,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    AtTheShop,
    Online,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum Place {
    Table { number: u32 },
    Room,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Tip {
    Fixed(Price),
    Pair(u8, u8),
}

const ID: &str = r#""id":"7f3b0c9e-5a7e-4d0f-9a52-3c1f6f7a9b10""#;
const PRICE: &str = r#""price":{"currency":"JPY","amount":"3000"}"#;

fn read(body: &str) -> Result<Order, Problem> {
    parse(
        body.as_bytes(),
        Limits {
            bytes_max: 400,
            depth_max: 3,
        },
    )
}

#[test]
fn a_good_body_is_read() {
    let order = read(&format!(
        r#" {{{ID},{PRICE},"lines":[{{"amount":"1","currency":"\u004aPY"}}],"version":7,
            "kind":"at_the_shop","gift":null,"place":{{"type":"table","number":3}},
            "tip":{{"pair":[1,2]}}}} "#
    ));
    let order = order.unwrap();
    assert_eq!(
        order.price,
        Price {
            currency: "JPY".into(),
            amount: "3000".into()
        }
    );
    assert_eq!(
        order.lines,
        [Price {
            currency: "JPY".into(),
            amount: "1".into()
        }]
    );
    assert_eq!(order.version, Some(7));
    assert_eq!(order.kind, Some(Kind::AtTheShop));
    assert_eq!(order.gift, None);
    assert_eq!(order.place, Some(Place::Table { number: 3 }));
    assert_eq!(order.tip, Some(Tip::Pair(1, 2)));

    let other = read(&format!(
        r#"{{{ID},{PRICE},"kind":"online","place":{{"type":"room"}},
            "tip":{{"fixed":{{"currency":"JPY","amount":"1"}}}}}}"#
    ));
    let other = other.unwrap();
    assert_eq!(
        (other.kind, other.place),
        (Some(Kind::Online), Some(Place::Room))
    );
    assert_eq!(
        other.tip,
        Some(Tip::Fixed(Price {
            currency: "JPY".into(),
            amount: "1".into()
        }))
    );
}

fn check(body: &str, code: Code, field: Option<&str>, detail: Option<&str>) {
    let problem = read(body).unwrap_err();
    let found = (problem.code(), problem.field(), problem.detail());
    assert_eq!(found, (code, field, detail), "{body}");
}

#[test]
fn form_is_refused_before_sense() {
    use Code::*;
    let long = format!("{}{{}}", " ".repeat(399));
    check(&long, BodyTooLarge, None, Some("more than 400 bytes"));
    check("", MalformedJson, None, Some("line 1, column 0"));
    check("{", MalformedJson, None, Some("line 1, column 1"));
    check("{} {}", MalformedJson, None, Some("line 1, column 4"));
    check("{}x", MalformedJson, None, Some("line 1, column 3"));
    check("\u{feff}{}", MalformedJson, None, Some("line 1, column 1"));
    check(r#"{"a":1,}"#, MalformedJson, None, Some("line 1, column 8"));
    check(
        r#"{"a":"\ud800"}"#,
        MalformedJson,
        None,
        Some("line 1, column 13"),
    );
    check(
        "{\"a\":\"\n\"}",
        MalformedJson,
        None,
        Some("line 2, column 0"),
    );
    check(
        r#"{"a":NaN}"#,
        MalformedJson,
        None,
        Some("line 1, column 6"),
    );
    check(
        r#"{"a":1e999}"#,
        MalformedJson,
        None,
        Some("line 1, column 10"),
    );

    check(r#"[[[[]]]]"#, BodyTooDeep, Some("/0/0/0"), None);
    check(r#"{"a":{"b":{"c":{}}}}"#, BodyTooDeep, Some("/a/b/c"), None);
    check(&"[".repeat(400), BodyTooDeep, Some("/0/0/0"), None);
    // Brackets inside of a string are no depth.
    check(
        r#"{"a":"[[[[[[{{{{\"[[["}"#,
        UnknownField,
        Some("/a"),
        EXPECTED,
    );

    check(r#"{"a":1,"a":1}"#, RepeatedField, Some("/a"), None);
    check(r#"{"a":1,"\u0061":1}"#, RepeatedField, Some("/a"), None);
    check(
        r#"{"x":[0,{"y":1,"y":1}]}"#,
        RepeatedField,
        Some("/x/1/y"),
        None,
    );
    check(
        r#"{"a/b~c":1,"a/b~c":1}"#,
        RepeatedField,
        Some("/a~1b~0c"),
        None,
    );
}

const EXPECTED: Option<&str> =
    Some("expected one of `id`, `price`, `lines`, `version`, `kind`, `gift`, `place`, `tip`");

#[test]
fn broken_utf8_is_refused() {
    let problem = parse::<Order>(b"{\"a\":\"\xff\"}", Limits::BODY).unwrap_err();
    assert_eq!(problem.code(), Code::MalformedJson);
}

/// Rows: members added to a good order; code, field and detail (`-` for none).
fn check_rows(rows: &str) {
    for row in rows.lines().filter(|row| !row.is_empty()) {
        let [members, code, field, detail] =
            row.split(" | ").map(str::trim).collect::<Vec<_>>()[..]
        else {
            panic!("four columns: {row}");
        };
        let code = serde_json::from_str(&format!("\"{code}\"")).unwrap();
        let body = format!("{{{ID},{PRICE},{members}}}");
        check(&body, code, Some(field), (detail != "-").then_some(detail));
    }
}

#[test]
fn sense_is_refused_by_kind_and_place() {
    use Code::*;
    check("{}", MissingField, Some("/id"), None);
    check(&format!("{{{ID}}}"), MissingField, Some("/price"), None);
    let half = format!(r#"{{{ID},"price":{{"currency":"JPY"}}}}"#);
    check(&half, MissingField, Some("/price/amount"), None);
    let wrong_id = format!(r#"{{"id":"x",{PRICE}}}"#);
    check(&wrong_id, InvalidField, Some("/id"), None);
    let unknown = format!(r#"{{{ID},{PRICE},"colour":1}}"#);
    check(&unknown, UnknownField, Some("/colour"), EXPECTED);
    check("[]", InvalidField, Some(""), Some("found an array"));
    check("null", InvalidField, Some(""), Some("found null"));
    check_rows(
        r#"
"lines":[{"x":0}] | unknown_field | /lines/0/x | expected one of `currency`, `amount`
"lines":[{"amount":1}]                 | invalid_field | /lines/0/amount | found a number
"lines":[["JPY","1"]]                  | invalid_field | /lines/0       | found an array
"lines":null                           | invalid_field | /lines         | found null
"lines":{}                             | invalid_field | /lines         | found an object
"lines":true                           | invalid_field | /lines         | found true or false
"version":"7"                          | invalid_field | /version       | found a string
"version":-7                           | invalid_field | /version       | -
"version":7.0                          | invalid_field | /version       | found a number
"version":18446744073709551616         | invalid_field | /version       | found a number
"gift":[]                              | invalid_field | /gift          | found an array
"kind":"AtTheShop" | invalid_field | /kind | expected one of `at_the_shop`, `online`
"kind":1                               | invalid_field | /kind          | -
"kind":{"online":1}                    | invalid_field | /kind          | -
"place":{"type":"roof"} | invalid_field | /place/type | expected one of `table`, `room`
"place":{"number":1}                   | missing_field | /place/type    | -
"tip":{"fixed":{"currency":"JPY"}}     | missing_field | /tip/fixed/amount | -
"tip":{"pair":[1,2,3]}                 | invalid_field | /tip/pair      | -
"tip":"fixed"                          | invalid_field | /tip           | -
"#,
    );
}

#[test]
fn nothing_internal_and_nothing_long_is_repeated_to_the_sender() {
    let name = "n".repeat(300);
    let problem = read(&format!("{{\"{name}\":1}}")).unwrap_err();
    assert_eq!(problem.field().unwrap().len(), limits::POINTER_CHARS_MAX);

    for body in [
        "[1]",
        "1",
        r#"{"id":{}}"#,
        r#"{"price":3}"#,
        r#"{"id":"secret"}"#,
    ] {
        let problem = read(body).unwrap_err();
        let text = serde_json::to_string(&problem).unwrap();
        for internal in ["struct", "Order", "Price", "Uuid", "UUID", "secret", "u64"] {
            assert!(!text.contains(internal), "{text}");
        }
    }
}
