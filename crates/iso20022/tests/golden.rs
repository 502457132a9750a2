//! One message of each kind, about the payment that the sandbox tells of: what it looks like must
//! never change by accident, and it is read back as it was.

#[cfg(test)]
mod examples {
    pub(crate) mod common;
    pub(crate) mod customer;
    pub(crate) mod interbank;
    pub(crate) mod statements;
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use iso20022::{Document, Message, Version};

    use super::examples::customer::{pain001_v05, pain001_v10, pain002, pain007};
    use super::examples::interbank::{
        acmt023, acmt024, camt029, camt056, pacs002, pacs004, pacs008, pacs009, pacs028,
    };
    use super::examples::statements::{camt052, camt053, camt054};

    fn examples() -> Vec<Message> {
        vec![
            Message::Acmt023(acmt023()),
            Message::Acmt024(acmt024()),
            Message::Camt029(camt029()),
            Message::Statements(camt052()),
            Message::Statements(camt053()),
            Message::Statements(camt054()),
            Message::Camt056(camt056()),
            Message::Pacs002(pacs002()),
            Message::Pacs004(pacs004()),
            Message::Pacs008(pacs008()),
            Message::Pacs009(pacs009()),
            Message::Pacs028(pacs028()),
            Message::Pain001(pain001_v05()),
            Message::Pain001(pain001_v10()),
            Message::Pain002(pain002()),
            Message::Pain007(pain007()),
        ]
    }

    #[test]
    fn every_message_looks_as_it_did_and_is_read_back() {
        let examples = examples();
        let versions: Vec<Version> = examples.iter().map(Message::version).collect();
        assert_eq!(versions, Version::ALL);
        for message in examples {
            let xml = message.to_xml().unwrap();
            let name = format!("tests/messages/{}.xml", message.version().name());
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
            expect_test::expect_file![path].assert_eq(&xml);
            assert_eq!(Message::read_bytes(xml.as_bytes()), Ok(message));
        }
    }

    #[test]
    fn a_message_is_read_only_as_what_it_is() {
        let xml = pacs008().to_xml().unwrap();
        let error = iso20022::settlement::Pacs009::read_bytes(xml.as_bytes()).unwrap_err();
        assert_eq!(error.refusal.code(), "xml_version_other");
        assert_eq!(error.path, "/Document/FIToFICstmrCdtTrf");
    }
}
