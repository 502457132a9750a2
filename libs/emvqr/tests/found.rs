//! What fuzzing (`cargo xtask fuzz`) and other readers (`cargo xtask conformance`) found, each with
//! the input that showed it.

#[cfg(test)]
mod tests {
    use emvqr::limits::FINDINGS_MAX;
    use emvqr::{Options, Severity, Verdict, read};

    /// So many harmless findings that the list was full before the one that rejects.
    const CROWDED: &str = "\
        00020101021129170013shop_one@aclb5204599953031165403abc5802KH5904Shop6010Phnom P\
        enh62961000110012001300140015001600170018001900200021002200230024002500260027002\
        8002900300031003200330064910002km0101x100011001200130014001500160017001800190020\
        0021002200230024002500260027002800290080930001a100011001200130014001500160017001\
        800190020002100220023002400250026002700280029003000310081930001a1000110012001300\
        140015001600170018001900200021002200230024002500260027002800290030003100";

    #[test]
    fn whoever_is_refused_a_code_is_told_why_however_much_else_there_is_to_tell() {
        let covered = format!("{CROWDED}6304");
        let checksum = emvqr::crc::checksum(covered.as_bytes());
        let payload = format!("{covered}{checksum:04X}");
        let reading = read(&payload, &Options::at(0));
        assert_eq!(reading.verdict, Verdict::Refuse);
        assert_eq!(reading.findings.len(), FINDINGS_MAX);
        let mut rejecting = reading
            .findings
            .iter()
            .filter(|f| f.severity == Severity::Rejects);
        assert_eq!(
            rejecting.next().map(|f| f.code),
            Some("amount-not-a-number")
        );
        assert_eq!(rejecting.next(), None);
    }

    /// The official kit never comes back from a template whose inside is no fields; the times are
    /// one that it reads, in a code for one payment and in any other.
    #[test]
    fn times_that_would_freeze_a_till_are_refused() {
        let plain = "00020101021129170013shop_one@aclb5204599953031165802KH5904Shop6010Phnom Penh";
        let dynamic = "00020101021229170013shop_one@aclb520459995303116540115802KH5904Shop\
            6010Phnom Penh";
        let times = "0013176722560000001131767226200000";
        let check = |body: &str, times: &str, want: Option<&str>| {
            let covered = format!("{body}99{:02}{times}6304", times.len());
            let checksum = emvqr::crc::checksum(covered.as_bytes());
            let payload = format!("{covered}{checksum:04X}");
            let reading = read(&payload, &Options::at(1_767_225_600_000));
            let mut rejecting = reading
                .findings
                .iter()
                .filter(|f| f.severity == Severity::Rejects);
            assert_eq!(rejecting.next().map(|f| f.code), want, "{payload}");
        };
        check(plain, "ABCD", Some("template-unreadable"));
        check(plain, "00", Some("template-unreadable"));
        check(dynamic, &format!("{times}0"), Some("template-unreadable"));
        check(dynamic, times, None);
    }
}
