//! `spean statement`: a window, an account, an acquirer's shops, as the hub signs them.
//!
//! Large statements come in pages. Each is asked for until the hub says that there is no further
//! one, so that a statement which ends early is an error and not a shorter statement.

mod ask;
mod show;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use backoffice::statement::{paper_of_account, paper_of_shops, paper_of_window};
use participant::http::CallError;
use participant::hub::HubClient;
use serde::Serialize;
use serde::de::DeserializeOwned;
use typeset::{Fonts, TextError};
use wire::api::{AccountStatement, ShopStatement, WindowStatement};
use wire::error::Code;

use super::operator::{client, no};
use crate::cli::{Operator, Sheet, SheetFormat, StatementCommand};
use crate::exit::{self, Exit};
use crate::{out, wait};

use ask::Ask;
pub(super) use ask::plain;

/// Pages of a statement that are made into a PDF: a hundred sheets hold five thousand lines, and
/// the writer takes 2,000 sheets.
const PDF_PAGES_MAX: usize = 100;

pub(super) fn run(command: StatementCommand) -> anyhow::Result<Exit> {
    match command {
        StatementCommand::Window {
            id,
            participant,
            sheet,
            operator,
        } => {
            let ask = ask::window(id, participant.as_deref())?;
            let papers = Papers::new(&operator, &sheet, ask)?;
            papers.give(show::window, paper_of_window)
        }
        StatementCommand::Account {
            participant,
            currency,
            day,
            window,
            sheet,
            operator,
        } => {
            let ask = ask::account(&participant, &currency, day.as_deref(), window)?;
            let papers = Papers::new(&operator, &sheet, ask)?;
            papers.give(show::account, paper_of_one)
        }
        StatementCommand::Shop {
            day,
            participant,
            shop,
            by,
            sheet,
            operator,
        } => {
            let ask = ask::shops(&day, participant.as_deref(), shop.as_deref(), by)?;
            let papers = Papers::new(&operator, &sheet, ask)?;
            papers.give(show::shops, paper_of_shops)
        }
    }
}

fn paper_of_one(pages: &[AccountStatement], fonts: &Fonts) -> Result<Vec<u8>, TextError> {
    let what = "a statement without a page";
    let one = pages.first().ok_or(TextError::Writer { what })?;
    paper_of_account(one, fonts)
}

/// What is asked for, of whom, and where it goes.
struct Papers<'a> {
    hub: HubClient,
    sheet: &'a Sheet,
    format: SheetFormat,
    ask: Ask,
}

/// Whether a page says that it is the last one.
trait Paged {
    fn pages(&self) -> u64;
}

impl Paged for WindowStatement {
    fn pages(&self) -> u64 {
        self.pages
    }
}

impl Paged for AccountStatement {
    fn pages(&self) -> u64 {
        1
    }
}

impl Paged for ShopStatement {
    fn pages(&self) -> u64 {
        self.pages
    }
}

impl<'a> Papers<'a> {
    fn new(operator: &Operator, sheet: &'a Sheet, ask: Ask) -> anyhow::Result<Self> {
        let format = match operator.json {
            true => SheetFormat::Json,
            false => sheet.format,
        };
        if format == SheetFormat::Pdf && sheet.out.is_none() {
            let words = "write a file to the terminal: name one with --out";
            return Err(exit::error(Exit::Usage, words));
        }
        Ok(Self {
            hub: client(operator)?,
            sheet,
            format,
            ask,
        })
    }

    fn give<T: Paged + Serialize + DeserializeOwned>(
        &self,
        show: impl Fn(&T, bool, &mut String),
        paper: impl Fn(&[T], &Fonts) -> Result<Vec<u8>, TextError>,
    ) -> anyhow::Result<Exit> {
        // Messages are files of their own.
        let out = self.sheet.out.as_deref();
        let mut to = To::open(out.filter(|_| self.format != SheetFormat::Xml))?;
        match self.format {
            SheetFormat::Table => self.pages(|page, is_first| {
                let mut text = String::new();
                show(&page, is_first, &mut text);
                to.add(text.as_bytes())
            })?,
            SheetFormat::Json => self.pages(|page: T, _is_first| {
                to.add(&serde_json::to_vec(&page)?)?;
                to.add(b"\n")
            })?,
            SheetFormat::Csv => {
                self.files("csv", |bytes, _number| to.add(bytes))?;
            }
            SheetFormat::Xml => self.xml()?,
            SheetFormat::Pdf => {
                let mut pages = Vec::new();
                self.pages(|page: T, _is_first| {
                    if pages.len() >= PDF_PAGES_MAX {
                        let words = "print so many lines: ask for --format csv";
                        return Err(exit::error(Exit::Usage, words));
                    }
                    pages.push(page);
                    Ok(())
                })?;
                let fonts = match &self.sheet.fonts {
                    Some(folder) => Fonts::from_folder(folder),
                    None => Fonts::from_system(),
                };
                to.add(&paper(&pages, &fonts?)?)?;
            }
        }
        to.close()?;
        Ok(Exit::Done)
    }

    /// Every page of JSON, in order.
    fn pages<T: Paged + DeserializeOwned>(
        &self,
        mut take: impl FnMut(T, bool) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut number = 1;
        loop {
            let path = self.ask.path("json", number);
            let page: T = wait::block_on(async {
                let read = self.hub.statement(&path).await;
                read.map_err(|error| no("read the statement", &error))
            })?;
            let pages = page.pages();
            take(page, number == 1)?;
            if number >= pages {
                return Ok(());
            }
            number = number.saturating_add(1);
        }
    }

    /// Every page of a file, in order, until the hub says that there is no further one.
    fn files(
        &self,
        format: &str,
        mut take: impl FnMut(&[u8], u64) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut number = 1;
        loop {
            let path = self.ask.path(format, number);
            let read = wait::block_on(async { Ok(self.hub.paper(&path).await) })?;
            match read {
                Ok(bytes) => take(&bytes, number)?,
                Err(error) if number > 1 && is_behind(&error) => return Ok(()),
                Err(error) => return Err(no("read the statement", &error)),
            }
            if !self.ask.has_pages {
                return Ok(());
            }
            number = number.saturating_add(1);
        }
    }

    /// A message is a file of its own: the first has the name that was given.
    fn xml(&self) -> anyhow::Result<()> {
        self.files("camt.053", |bytes, number| {
            match (&self.sheet.out, number) {
                (Some(path), 1) => write(path, bytes),
                (Some(path), _) => write(&numbered(path, number), bytes),
                (None, 1) => {
                    out::data(String::from_utf8_lossy(bytes).trim_end());
                    Ok(())
                }
                (None, _) => {
                    let words = "print more than one message: name a file with --out";
                    Err(exit::error(Exit::Usage, words))
                }
            }
        })
    }
}

fn is_behind(error: &CallError) -> bool {
    let problem = error.problem();
    problem.is_some_and(|problem| problem.code() == Code::StatementPageUnknown)
}

/// `statement.xml` becomes `statement.2.xml`.
fn numbered(path: &Path, number: u64) -> PathBuf {
    let extension = path
        .extension()
        .map(|end| end.to_string_lossy().into_owned());
    match extension {
        Some(end) => path.with_extension(format!("{number}.{end}")),
        None => path.with_extension(number.to_string()),
    }
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let written = std::fs::write(path, bytes);
    written.with_context(|| format!("write `{}`", path.display()))
}

/// Where pages go: a file that gets its name only when it is whole, or the terminal.
struct To<'a> {
    file: Option<(std::fs::File, PathBuf, &'a Path)>,
}

impl<'a> To<'a> {
    fn open(path: Option<&'a Path>) -> anyhow::Result<Self> {
        let Some(path) = path else {
            return Ok(Self { file: None });
        };
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let file = std::fs::File::create(&part);
        let file = file.with_context(|| format!("write `{}`", part.display()))?;
        Ok(Self {
            file: Some((file, part, path)),
        })
    }

    fn add(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        use std::io::Write as _;
        match &mut self.file {
            Some((file, part, _)) => {
                let written = file.write_all(bytes);
                written.with_context(|| format!("write `{}`", part.display()))
            }
            None => {
                let mut stdout = std::io::stdout().lock();
                // A reader that went away (`| head`) is not an error.
                let _closed = stdout.write_all(bytes);
                Ok(())
            }
        }
    }

    fn close(self) -> anyhow::Result<()> {
        match self.file {
            Some((file, part, path)) => {
                drop(file);
                let named = std::fs::rename(&part, path);
                named.with_context(|| format!("write `{}`", path.display()))
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_messages_get_a_number_in_their_names() {
        let name = |path: &str| numbered(Path::new(path), 2).display().to_string();
        assert_eq!(name("a/statement.xml"), "a/statement.2.xml");
        assert_eq!(name("statement"), "statement.2");
    }
}
