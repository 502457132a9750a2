//! Reading: the elements of one namespace, one after another, with the place where each stands.

use std::io::BufRead;
use std::mem;

use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::{NsReader, XmlVersion};

use super::gate::Gate;
use crate::limits::{ATTRIBUTES_MAX, DEPTH_MAX, TEXT_BYTES_MAX};
use crate::message::Version;
use crate::refusal::{ReadError, Refusal};

pub(crate) struct Input<'a> {
    reader: NsReader<Gate<'a>>,
    buffer: Vec<u8>,
    version: Version,
    /// Of the element that was opened last.
    name: String,
    /// Whether it is in the message's namespace.
    is_ours: bool,
    /// What the outermost element says.
    root: Result<Version, Refusal>,
    currency: Option<String>,
    /// Of the last piece of text.
    text: String,
    /// Of the element that was opened or closed last, so that whoever finds fault with what was
    /// just read names it.
    path: String,
    /// Where the path of the open element ends.
    path_kept: usize,
    /// Where the path ends for each open element's parent.
    marks: Vec<usize>,
}

/// What came next.
enum Step {
    Open,
    Text,
    Close,
    End,
    /// Comments and the like.
    Nothing,
}

/// What a list of fields says about an element.
enum Found {
    Field(&'static str),
    /// It holds fields: their paths begin with this.
    Group(&'static str),
    Unknown,
}

/// Takes the element at the path; it must read as far as the element's end.
type Take<'t> = dyn FnMut(&mut Input<'_>, &'static str) -> Result<(), ReadError> + 't;

impl<'a> Input<'a> {
    /// Reads as far as the message's own element, the one inside `Document`.
    pub(crate) fn open(source: &'a mut dyn BufRead) -> Result<Self, ReadError> {
        let nowhere = |refusal| ReadError {
            refusal,
            byte: 0,
            path: "/".to_owned(),
        };
        let mut reader = NsReader::from_reader(Gate::new(source).map_err(nowhere)?);
        reader.config_mut().expand_empty_elements = true;
        let mut input = Self {
            reader,
            buffer: Vec::new(),
            version: Version::Camt053V08,
            name: String::new(),
            is_ours: false,
            root: Err(Refusal::XmlRoot),
            currency: None,
            text: String::new(),
            path: String::new(),
            path_kept: 0,
            marks: Vec::new(),
        };
        input.open_document()?;
        Ok(input)
    }

    pub(crate) fn version(&self) -> Version {
        self.version
    }

    /// Reads what is behind the message's own element: nothing but ends.
    pub(crate) fn finish(mut self) -> Result<(), ReadError> {
        if self.child()? {
            return Err(self.refuse(Refusal::XmlRepeated));
        }
        loop {
            match self.step()? {
                Step::End => return Ok(()),
                Step::Nothing => {}
                Step::Text if self.text.trim_ascii().is_empty() => {}
                Step::Text | Step::Open | Step::Close => {
                    return Err(self.refuse(Refusal::XmlTrailing));
                }
            }
        }
    }

    /// Reads the open element to its end: fields are handed over, what is unknown is skipped.
    pub(crate) fn fields(
        &mut self,
        paths: &[&'static str],
        take: &mut Take<'_>,
    ) -> Result<(), ReadError> {
        self.fields_below("", paths, take)
    }

    /// Reads the open element's text to its end, without blanks at its ends.
    pub(crate) fn text(&mut self) -> Result<String, ReadError> {
        let mut text = String::new();
        loop {
            match self.step()? {
                Step::Text => {
                    if text.len().saturating_add(self.text.len()) > TEXT_BYTES_MAX {
                        return Err(self.refuse(Refusal::XmlTooLong));
                    }
                    text.push_str(&self.text);
                }
                Step::Close => break,
                Step::Nothing => {}
                Step::Open => return Err(self.refuse(Refusal::XmlElementHere)),
                Step::End => return Err(self.refuse(Refusal::XmlTruncated)),
            }
        }
        let blank = |letter| matches!(letter, '\t' | '\n' | '\r');
        if text.contains(blank) {
            text = text.replace(blank, " ");
        }
        let trimmed = text.trim_matches(' ');
        Ok(if trimmed.len() == text.len() {
            text
        } else {
            trimmed.to_owned()
        })
    }

    /// The currency of the element that was just opened.
    pub(crate) fn currency(&mut self) -> Option<String> {
        self.currency.take()
    }

    /// The error at this place.
    pub(crate) fn refuse(&self, refusal: Refusal) -> ReadError {
        let path = if self.path.is_empty() {
            "/".to_owned()
        } else {
            self.path.clone()
        };
        ReadError {
            refusal,
            byte: self.reader.buffer_position(),
            path,
        }
    }

    /// The error of something below this place.
    pub(crate) fn refuse_below(&self, refusal: Refusal, path: &str) -> ReadError {
        let mut error = self.refuse(refusal);
        error.path.push('/');
        error.path.push_str(path);
        error
    }

    fn open_document(&mut self) -> Result<(), ReadError> {
        loop {
            match self.step()? {
                Step::Open => break,
                Step::Nothing => {}
                Step::Text if self.text.trim_ascii().is_empty() => {}
                Step::Text | Step::Close => return Err(self.refuse(Refusal::XmlMalformed)),
                Step::End => return Err(self.refuse(Refusal::XmlTruncated)),
            }
        }
        self.version = self.root.map_err(|refusal| self.refuse(refusal))?;
        if !self.child()? {
            return Err(self.refuse_below(Refusal::XmlMissing, self.version.root()));
        }
        if self.name != self.version.root() {
            return Err(self.refuse(Refusal::XmlRoot));
        }
        Ok(())
    }

    fn fields_below(
        &mut self,
        group: &str,
        paths: &[&'static str],
        take: &mut Take<'_>,
    ) -> Result<(), ReadError> {
        while self.child()? {
            match find(paths, group, &self.name) {
                Found::Field(path) => take(self, path)?,
                Found::Group(group) => self.fields_below(group, paths, take)?,
                Found::Unknown => self.skip()?,
            }
        }
        Ok(())
    }

    /// Opens the next child of the open element, or closes it if there is none. Elements of
    /// other namespaces are somebody's extension and are skipped.
    fn child(&mut self) -> Result<bool, ReadError> {
        loop {
            match self.step()? {
                Step::Open if self.is_ours => return Ok(true),
                Step::Open => self.skip()?,
                Step::Close => return Ok(false),
                Step::Nothing => {}
                Step::Text if self.text.trim_ascii().is_empty() => {}
                Step::Text => return Err(self.refuse(Refusal::XmlTextHere)),
                Step::End => return Err(self.refuse(Refusal::XmlTruncated)),
            }
        }
    }

    /// Reads the open element to its end without looking.
    fn skip(&mut self) -> Result<(), ReadError> {
        let outside = self.marks.len();
        while self.marks.len() >= outside {
            if matches!(self.step()?, Step::End) {
                return Err(self.refuse(Refusal::XmlTruncated));
            }
        }
        Ok(())
    }

    fn step(&mut self) -> Result<Step, ReadError> {
        let mut buffer = mem::take(&mut self.buffer);
        buffer.clear();
        self.path.truncate(self.path_kept);
        self.reader.get_mut().begin_token();
        let step = match self.reader.read_event_into(&mut buffer) {
            Ok(event) => self.take_event(event),
            Err(error) => Err(self.explain(&error)),
        };
        self.buffer = buffer;
        step.map_err(|refusal| self.refuse(refusal))
    }

    fn take_event(&mut self, event: Event<'_>) -> Result<Step, Refusal> {
        self.text.clear();
        match event {
            Event::Start(start) | Event::Empty(start) => self.take_start(&start),
            Event::End(_) => {
                let mark = self.marks.pop().ok_or(Refusal::XmlMalformed)?;
                self.path_kept = mark;
                Ok(Step::Close)
            }
            Event::Text(text) => {
                self.text.push_str(&text.xml10_content());
                Ok(Step::Text)
            }
            Event::CData(text) => {
                self.text.push_str(&text.xml10_content());
                Ok(Step::Text)
            }
            Event::GeneralRef(reference) => {
                self.text.push(character(&reference)?);
                Ok(Step::Text)
            }
            Event::Decl(declaration) => {
                let is_first = self.marks.is_empty() && self.name.is_empty();
                check_declaration(&declaration, is_first).map(|()| Step::Nothing)
            }
            Event::DocType(_) => Err(Refusal::XmlDoctype),
            Event::Comment(_) | Event::PI(_) => Ok(Step::Nothing),
            Event::Eof if self.marks.is_empty() => Ok(Step::End),
            Event::Eof => Err(Refusal::XmlTruncated),
        }
    }

    fn take_start(&mut self, start: &BytesStart<'_>) -> Result<Step, Refusal> {
        if self.marks.len() >= DEPTH_MAX {
            return Err(Refusal::XmlTooDeep);
        }
        let (namespace, name) = self.reader.resolver().resolve_element(start.name());
        let namespace = match &namespace {
            ResolveResult::Bound(namespace) => namespace.as_ref(),
            ResolveResult::Unbound => "",
            ResolveResult::Unknown(_) => return Err(Refusal::XmlMalformed),
        };
        if self.marks.is_empty() {
            self.root = root(name.as_ref(), namespace);
        }
        self.is_ours = namespace == self.version.namespace();
        self.name.clear();
        self.name.push_str(name.as_ref());
        self.currency = None;
        for (at, attribute) in start.attributes().enumerate() {
            if at >= ATTRIBUTES_MAX {
                return Err(Refusal::XmlTooMany);
            }
            let attribute = attribute.or(Err(Refusal::XmlMalformed))?;
            if attribute.key.as_ref() == "Ccy" {
                let value = attribute.normalized_value(XmlVersion::Explicit1_0);
                self.currency = Some(value.or(Err(Refusal::XmlMalformed))?.into_owned());
            }
        }
        self.marks.push(self.path.len());
        self.path.push('/');
        self.path.push_str(&self.name);
        self.path_kept = self.path.len();
        Ok(Step::Open)
    }

    fn explain(&self, error: &quick_xml::Error) -> Refusal {
        let gate = self.reader.get_ref();
        if let Some(refusal) = gate.refusal() {
            return refusal;
        }
        if gate.is_at_end() {
            return Refusal::XmlTruncated;
        }
        match error {
            quick_xml::Error::Encoding(_) => Refusal::XmlEncoding,
            quick_xml::Error::Io(_) => Refusal::XmlSource,
            quick_xml::Error::Syntax(_)
            | quick_xml::Error::IllFormed(_)
            | quick_xml::Error::InvalidAttr(_)
            | quick_xml::Error::Escape(_)
            | quick_xml::Error::Namespace(_) => Refusal::XmlMalformed,
        }
    }
}

/// Which message the outermost element says that it is.
fn root(name: &str, namespace: &str) -> Result<Version, Refusal> {
    if name != "Document" || !namespace.starts_with(Version::NAMESPACE) {
        return Err(Refusal::XmlRoot);
    }
    Version::from_namespace(namespace).ok_or(Refusal::XmlVersionUnknown)
}

fn find(paths: &[&'static str], group: &str, name: &str) -> Found {
    for path in paths {
        let Some(rest) = path.strip_prefix(group) else {
            continue;
        };
        let rest = if group.is_empty() {
            rest
        } else {
            rest.strip_prefix('/').unwrap_or("")
        };
        match rest.strip_prefix(name) {
            Some("") => return Found::Field(path),
            Some(below) if below.starts_with('/') => {
                let end = path.len().saturating_sub(below.len());
                return path.get(..end).map_or(Found::Unknown, Found::Group);
            }
            Some(_) | None => {}
        }
    }
    Found::Unknown
}

/// Only the five names that XML defines itself and characters by number.
fn character(reference: &BytesRef<'_>) -> Result<char, Refusal> {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => Ok(character),
        Ok(None) => match &**reference {
            "amp" => Ok('&'),
            "lt" => Ok('<'),
            "gt" => Ok('>'),
            "apos" => Ok('\''),
            "quot" => Ok('"'),
            _ => Err(Refusal::XmlEntity),
        },
        Err(_) => Err(Refusal::XmlMalformed),
    }
}

fn check_declaration(declaration: &BytesDecl<'_>, is_first: bool) -> Result<(), Refusal> {
    let version = declaration.version().or(Err(Refusal::XmlMalformed))?;
    if !is_first || version != "1.0" {
        return Err(Refusal::XmlMalformed);
    }
    match declaration.encoding() {
        None => Ok(()),
        Some(Ok(encoding)) if encoding.eq_ignore_ascii_case("UTF-8") => Ok(()),
        Some(Ok(_)) => Err(Refusal::XmlEncoding),
        Some(Err(_)) => Err(Refusal::XmlMalformed),
    }
}
