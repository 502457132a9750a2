//! Writing: elements in the order of the schema, with one namespace and no prefix.

use quick_xml::Writer;
use quick_xml::escape::partial_escape;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::message::Version;
use crate::refusal::{Refusal, WriteError};
use crate::xml::Part;

pub(crate) struct Output {
    writer: Writer<Vec<u8>>,
    version: Version,
    /// The open elements; those that only hold fields of a part are told from parts by `parts`.
    open: Vec<&'static str>,
    /// How many elements were open inside each open part when it began.
    parts: Vec<usize>,
    /// The first thing that could not be said.
    error: Option<WriteError>,
}

impl Output {
    /// A message as a whole document.
    ///
    /// # Errors
    /// The first thing that the message's version cannot say.
    pub(crate) fn document(version: Version, message: &impl Part) -> Result<String, WriteError> {
        let mut out = Self {
            writer: Writer::new_with_indent(Vec::new(), b' ', 1),
            version,
            open: Vec::new(),
            parts: Vec::new(),
            error: None,
        };
        out.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
        let start = BytesStart::new("Document");
        out.event(Event::Start(
            start.with_attributes([("xmlns", version.namespace())]),
        ));
        out.open.push("Document");
        message.write(version.root(), &mut out);
        out.event(Event::End(BytesEnd::new("Document")));
        if let Some(error) = out.error {
            return Err(error);
        }
        let mut bytes = out.writer.into_inner();
        bytes.push(b'\n');
        // Only texts were written, so that this cannot fail.
        let wrong = |_error| WriteError {
            refusal: Refusal::XmlEncoding,
            path: "Document".to_owned(),
        };
        String::from_utf8(bytes).map_err(wrong)
    }

    pub(crate) fn version(&self) -> Version {
        self.version
    }

    /// Begins a part.
    pub(crate) fn open(&mut self, tag: &'static str) {
        self.start(tag);
        self.parts.push(self.open.len());
    }

    /// Ends the part that was begun last.
    pub(crate) fn close(&mut self) {
        let kept = self.parts.pop().unwrap_or(0);
        self.close_to(kept);
        self.end();
    }

    /// Opens what holds the field at the path, closes what does not, and names the element.
    pub(crate) fn at(&mut self, path: &'static str) -> &'static str {
        let base = self.parts.last().copied().unwrap_or(0);
        let (groups, tag) = path.rsplit_once('/').unwrap_or(("", path));
        let wanted: Vec<&'static str> = groups
            .split('/')
            .filter(|group| !group.is_empty())
            .collect();
        let same = wanted
            .iter()
            .zip(self.open.iter().skip(base))
            .take_while(|(a, b)| a == b);
        let same = same.count();
        self.close_to(base.saturating_add(same));
        for group in wanted.into_iter().skip(same) {
            self.start(group);
        }
        tag
    }

    pub(crate) fn leaf(&mut self, tag: &'static str, text: &str) {
        self.event(Event::Start(BytesStart::new(tag)));
        self.event(Event::Text(BytesText::from_escaped(partial_escape(text))));
        self.event(Event::End(BytesEnd::new(tag)));
    }

    pub(crate) fn amount(&mut self, tag: &'static str, currency: &str, text: &str) {
        let start = BytesStart::new(tag).with_attributes([("Ccy", currency)]);
        self.event(Event::Start(start));
        self.event(Event::Text(BytesText::from_escaped(partial_escape(text))));
        self.event(Event::End(BytesEnd::new(tag)));
    }

    /// What stands in the message cannot be said; the whole message is not written.
    pub(crate) fn refuse(&mut self, refusal: Refusal, tag: &str) {
        if self.error.is_none() {
            let path = format!("/{}/{tag}", self.open.join("/"));
            self.error = Some(WriteError { refusal, path });
        }
    }

    fn close_to(&mut self, kept: usize) {
        while self.open.len() > kept {
            self.end();
        }
    }

    fn start(&mut self, tag: &'static str) {
        self.event(Event::Start(BytesStart::new(tag)));
        self.open.push(tag);
    }

    fn end(&mut self) {
        if let Some(tag) = self.open.pop() {
            self.event(Event::End(BytesEnd::new(tag)));
        }
    }

    /// Writing to memory cannot fail; if it ever does, no half message leaves.
    fn event(&mut self, event: Event<'_>) {
        if self.writer.write_event(event).is_err() {
            self.refuse(Refusal::XmlSource, "");
        }
    }
}
