//! External status reasons of ISO 20022 that a creditor's side has a use for when it rejects. The
//! code set has some hundreds; those about mandates, cheques and cards are left out, because a
//! participant that answers with one of them answers another question.

/// In alphabetical order.
const KNOWN: &[&str] = &[
    "AB01", "AB02", "AB03", "AB04", "AB05", "AB06", "AB07", "AB08", "AB09", "AB10", "AB11", "AC01",
    "AC02", "AC03", "AC04", "AC05", "AC06", "AC07", "AC08", "AC09", "AC10", "AC11", "AC12", "AC13",
    "AC14", "AC15", "AC16", "AG01", "AG02", "AG03", "AG07", "AG08", "AG09", "AG10", "AG11", "AM01",
    "AM02", "AM03", "AM04", "AM05", "AM06", "AM07", "AM09", "AM10", "AM11", "AM12", "AM13", "AM14",
    "AM15", "AM16", "AM19", "AM21", "AM22", "AM23", "BE01", "BE04", "BE05", "BE06", "BE07", "BE08",
    "BE09", "BE10", "BE11", "BE12", "BE13", "BE14", "BE15", "BE16", "BE17", "BE22", "CH03", "CH04",
    "CNOR", "CURR", "CUST", "DNOR", "DS02", "DT01", "DT02", "DT03", "DT04", "DT05", "DT06", "DU01",
    "DU02", "DU03", "DU04", "DU05", "DUPL", "ED01", "ED03", "ED05", "ED06", "ERIN", "FF01", "FF03",
    "FF04", "FF05", "FF06", "FF07", "FF08", "FF10", "FF11", "FOCR", "FR01", "FRAD", "G004", "ID01",
    "IN01", "INAR", "LEGL", "MS02", "MS03", "NARR", "NERI", "NOAS", "NOCM", "NOOR", "RC01", "RC03",
    "RC04", "RC05", "RC06", "RC07", "RC08", "RC09", "RC10", "RC11", "RC12", "RECI", "RF01", "RR01",
    "RR02", "RR03", "RR04", "RR05", "RR06", "RR07", "RR08", "RR09", "RR10", "RR11", "RR12", "S000",
    "SL01", "SL02", "SL11", "SL12", "SL13", "SL14", "TA01", "TD01", "TD02", "TD03", "TK01", "TM01",
    "TS01", "TS04", "UPAY",
];

/// Whether a code is one of them.
pub(crate) fn is_known(code: &str) -> bool {
    KNOWN.binary_search(&code).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_found_and_words_are_not() {
        assert!(KNOWN.is_sorted());
        for known in ["AB05", "AC04", "AM09", "NARR", "UPAY"] {
            assert!(is_known(known), "{known}");
        }
        for unknown in ["", "ac04", "ZZ99", "closed", "AC04 "] {
            assert!(!is_known(unknown), "{unknown}");
        }
    }
}
