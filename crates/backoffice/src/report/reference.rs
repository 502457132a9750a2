//! The published series of Bakong, with its sources and its traps, so that a corridor can be put
//! beside the whole.

use serde::Deserialize;

use super::rows::grouped;

/// The data set, as it is shipped.
pub const JSON: &str = include_str!("reference.json");

/// The data set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// What it is.
    pub title: String,
    /// When the sources were last looked at.
    pub checked: String,
    /// What holds of every figure.
    pub note: String,
    /// By period.
    pub years: Vec<Year>,
    /// How the figures mislead.
    pub traps: Vec<String>,
    /// Where they are from.
    pub sources: Vec<Source>,
}

/// What was published for one period; what was not is absent.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Year {
    /// A year, or a part of one.
    pub period: String,
    /// Payments in riel.
    pub khr_count: Option<String>,
    /// Payments in dollars.
    pub usd_count: Option<String>,
    /// Payments, as published.
    pub total_count: Option<String>,
    /// Value of those in riel.
    pub khr_value: Option<String>,
    /// Value of those in dollars.
    pub usd_value: Option<String>,
    /// What else was told.
    pub other: String,
    /// How well it is confirmed.
    pub confidence: String,
    /// Names of sources.
    pub sources: Vec<String>,
}

/// Where something is from.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its name here.
    pub id: String,
    /// Its address.
    pub address: String,
}

/// Reads the data set; it is a part of the program, so only a build can make it fail.
///
/// # Errors
/// When it is not of this form.
pub fn reference() -> Result<Reference, serde_json::Error> {
    serde_json::from_str(JSON)
}

/// The data set for a terminal.
pub fn text(reference: &Reference) -> String {
    let mut out = format!("{}\n{}\n\n", reference.title, reference.note);
    for year in &reference.years {
        out.push_str(&format!("{}\n", year.period));
        for (name, value) in [
            ("payments in KHR", &year.khr_count),
            ("payments in USD", &year.usd_count),
            ("payments, total", &year.total_count),
            ("value KHR", &year.khr_value),
            ("value USD", &year.usd_value),
        ] {
            let value = value.as_deref().map_or("-".to_owned(), grouped);
            out.push_str(&format!("  {name:<16} {value:>22}\n"));
        }
        let (other, confidence) = (&year.other, &year.confidence);
        let sources = year.sources.join(", ");
        out.push_str(&format!("  {other}\n  {confidence}; {sources}\n"));
    }
    out.push_str("\nTraps\n");
    for trap in &reference.traps {
        out.push_str(&format!("  - {trap}\n"));
    }
    let checked = &reference.checked;
    out.push_str(&format!("\nSources (looked at {checked})\n"));
    for source in &reference.sources {
        out.push_str(&format!("  {:<16} {}\n", source.id, source.address));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_is_a_number_with_a_source_that_is_listed() {
        let all = reference().unwrap();
        let known: Vec<&str> = all
            .sources
            .iter()
            .map(|source| source.id.as_str())
            .collect();
        for year in &all.years {
            assert!(!year.sources.is_empty(), "{}", year.period);
            for source in &year.sources {
                assert!(known.contains(&source.as_str()), "{source}");
            }
            for value in [
                &year.khr_count,
                &year.usd_count,
                &year.total_count,
                &year.khr_value,
                &year.usd_value,
            ] {
                let is_number = |text: &String| text.parse::<u128>().is_ok();
                assert!(value.as_ref().is_none_or(is_number), "{value:?}");
            }
        }
        assert!(text(&all).contains("299,320,000"));
    }

    #[test]
    fn the_gap_of_2024_is_the_one_that_the_traps_name() {
        let all = reference().unwrap();
        let year = all.years.iter().find(|year| year.period == "2024").unwrap();
        let number = |text: &Option<String>| text.as_ref().unwrap().parse::<u64>().unwrap();
        let parts = number(&year.khr_count) + number(&year.usd_count);
        assert_eq!(parts, 607_520_000);
        assert_eq!(number(&year.total_count) - parts, 800_000);
    }
}
