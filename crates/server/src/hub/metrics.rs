//! Counters, and their text for Prometheus. Labels come from closed sets (route templates,
//! catalogue codes, participants and the few webhooks that each may name), so the page is bounded
//! and never holds personal data.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use engine::{BatchReport, View};
use switch::{Kind, State};
use wire::error::Code;

use super::lock;

/// Upper bounds of the latency buckets, in milliseconds, with their text in seconds.
const BUCKETS: [(u128, &str); 9] = [
    (1, "0.001"),
    (3, "0.003"),
    (10, "0.01"),
    (30, "0.03"),
    (100, "0.1"),
    (300, "0.3"),
    (1_000, "1"),
    (5_000, "5"),
    (30_000, "30"),
];

/// What is counted since the process began.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    batches: AtomicU64,
    records: AtomicU64,
    busy: AtomicU64,
    decided: Mutex<BTreeMap<(&'static str, &'static str), u64>>,
    refusals: Mutex<BTreeMap<Code, u64>>,
    requests: Mutex<BTreeMap<(String, String, u16), u64>>,
    latencies: Mutex<BTreeMap<String, Latency>>,
    calls: Mutex<BTreeMap<(&'static str, &'static str), u64>>,
}

#[derive(Debug, Default)]
struct Latency {
    buckets: [u64; BUCKETS.len()],
    count: u64,
    total: Duration,
}

impl Metrics {
    pub(crate) fn note_batch(&self, view: &View<'_>, report: &BatchReport) {
        self.batches.fetch_add(1, Ordering::Relaxed);
        let records = u64::try_from(report.records).unwrap_or(u64::MAX);
        self.records.fetch_add(records, Ordering::Relaxed);
        if report.decided.is_empty() {
            return;
        }
        let mut decided = lock(&self.decided);
        for item in report.decided.iter().filter_map(|id| view.switch.item(*id)) {
            let kind = match item.kind {
                Kind::Payment => "payment",
                Kind::Refund { .. } => "refund",
            };
            let outcome = match item.state {
                State::Completed => "completed",
                State::Cancelled => "cancelled",
                State::Unknown
                | State::Waiting
                | State::Reserved
                | State::Asked
                | State::InDoubt
                | State::Refused => continue,
            };
            add_one(&mut decided, (kind, outcome));
        }
    }

    pub(crate) fn note_busy(&self) {
        self.busy.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn note_refusal(&self, code: Code) {
        add_one(&mut lock(&self.refusals), code);
    }

    pub(crate) fn note_call(&self, call: &'static str, result: &'static str) {
        add_one(&mut lock(&self.calls), (call, result));
    }

    pub(crate) fn note_request(&self, method: &str, route: &str, status: u16, took: Duration) {
        let key = (method.to_owned(), route.to_owned(), status);
        add_one(&mut lock(&self.requests), key);
        let mut latencies = lock(&self.latencies);
        let latency = latencies.entry(route.to_owned()).or_default();
        latency.count = latency.count.saturating_add(1);
        latency.total = latency.total.saturating_add(took);
        for (count, (most_ms, _)) in latency.buckets.iter_mut().zip(BUCKETS) {
            if took.as_millis() <= most_ms {
                *count = count.saturating_add(1);
            }
        }
    }

    /// The counters, on a page that the caller adds its gauges to.
    pub(crate) fn page(&self) -> Page {
        let mut page = Page::default();
        let value = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        page.head(
            "spean_batches_total",
            "counter",
            "Batches written to the journal.",
        );
        page.line("spean_batches_total", &[], value(&self.batches));
        page.head("spean_records_total", "counter", "Records in them.");
        page.line("spean_records_total", &[], value(&self.records));
        page.head(
            "spean_queue_busy_total",
            "counter",
            "Requests that the queue did not take.",
        );
        page.line("spean_queue_busy_total", &[], value(&self.busy));
        page.head(
            "spean_decided_total",
            "counter",
            "Payments and refunds by outcome.",
        );
        for ((kind, outcome), count) in lock(&self.decided).iter() {
            let labels = [("kind", *kind), ("outcome", *outcome)];
            page.line("spean_decided_total", &labels, *count);
        }
        page.head(
            "spean_problems_total",
            "counter",
            "Answers that were problems, by code.",
        );
        for (code, count) in lock(&self.refusals).iter() {
            page.line("spean_problems_total", &[("code", code.as_str())], *count);
        }
        page.head(
            "spean_calls_total",
            "counter",
            "Calls to participants, by result.",
        );
        for ((call, result), count) in lock(&self.calls).iter() {
            page.line(
                "spean_calls_total",
                &[("call", call), ("result", result)],
                *count,
            );
        }
        self.add_requests(&mut page);
        page
    }

    fn add_requests(&self, page: &mut Page) {
        page.head(
            "spean_http_requests_total",
            "counter",
            "Requests by route and status.",
        );
        for ((method, route, status), count) in lock(&self.requests).iter() {
            let status = status.to_string();
            let labels = [
                ("method", method.as_str()),
                ("route", route),
                ("status", &status),
            ];
            page.line("spean_http_requests_total", &labels, *count);
        }
        let name = "spean_http_request_seconds";
        page.head(
            name,
            "histogram",
            "Time from the head of a request to its answer.",
        );
        for (route, latency) in lock(&self.latencies).iter() {
            let bucket = format!("{name}_bucket");
            for (count, (_, bound)) in latency.buckets.iter().zip(BUCKETS) {
                page.line(&bucket, &[("route", route), ("le", bound)], *count);
            }
            page.line(&bucket, &[("route", route), ("le", "+Inf")], latency.count);
            let micros = latency.total.as_micros();
            let seconds = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
            page.line(&format!("{name}_sum"), &[("route", route)], seconds);
            page.line(&format!("{name}_count"), &[("route", route)], latency.count);
        }
    }
}

/// A page in Prometheus' text format.
#[derive(Debug, Default)]
pub(crate) struct Page(String);

impl Page {
    pub(crate) fn head(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a string cannot fail.
        let _infallible = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    pub(crate) fn line(
        &mut self,
        name: &str,
        labels: &[(&str, &str)],
        value: impl core::fmt::Display,
    ) {
        let labels: Vec<String> = labels
            .iter()
            .map(|(label, text)| format!("{label}=\"{}\"", escaped(text)))
            .collect();
        let labels = match labels.is_empty() {
            true => String::new(),
            false => format!("{{{}}}", labels.join(",")),
        };
        let _infallible = writeln!(self.0, "{name}{labels} {value}");
    }

    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

fn add_one<K: Ord>(counts: &mut BTreeMap<K, u64>, key: K) {
    let count = counts.entry(key).or_default();
    *count = count.saturating_add(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_falls_into_every_bucket_that_holds_it() {
        let metrics = Metrics::default();
        metrics.note_request("GET", "/v1/keys", 200, Duration::from_millis(20));
        metrics.note_refusal(Code::Busy);
        let text = metrics.page().into_text();
        for (line, expected) in [
            (
                r#"spean_http_requests_total{method="GET",route="/v1/keys",status="200"} 1"#,
                true,
            ),
            (
                r#"spean_http_request_seconds_bucket{route="/v1/keys",le="0.01"} 0"#,
                true,
            ),
            (
                r#"spean_http_request_seconds_bucket{route="/v1/keys",le="0.03"} 1"#,
                true,
            ),
            (
                r#"spean_http_request_seconds_bucket{route="/v1/keys",le="+Inf"} 1"#,
                true,
            ),
            (
                r#"spean_http_request_seconds_sum{route="/v1/keys"} 0.020000"#,
                true,
            ),
            (r#"spean_problems_total{code="busy"} 1"#, true),
            (r#"spean_problems_total{code="internal"} 1"#, false),
        ] {
            assert_eq!(
                text.lines().any(|found| found == line),
                expected,
                "{line}\n{text}"
            );
        }
        assert_eq!(escaped("a\"b\\c\n"), "a\\\"b\\\\c\\n");
    }
}
