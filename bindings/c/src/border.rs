//! The border: every function that C calls, and all the unsafe code of these bindings.
//!
//! Doctrine: a function looks at every pointer before it does anything, answers null with a
//! status, copies or borrows what it was given for the time of the call only, and works inside
//! [`guarded`], which no panic leaves. Results are set to null before the work, so that a caller
//! who overlooks a status frees nothing that was never there. Three things cannot be checked and
//! are the caller's promise: that a pointer which is not null points to what its type says, that
//! nobody else writes to it during the call, and that a result is freed once, with its own
//! function.
#![expect(
    unsafe_code,
    reason = "C hands over pointers, and a symbol without mangling is a promise to the linker"
)]

use std::ffi::{CStr, CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::{null, null_mut};
use std::slice;

use crate::reading::{EmvqrReading, text};
use crate::status::{self, *};

/// One option of a code to build, two texts that end with a zero.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct EmvqrOption {
    pub name: *const c_char,
    pub value: *const c_char,
}

/// Reads a code: what it means, what is wrong with it, whether a wallet may go on at `now_ms`,
/// milliseconds since 1970. `payload` has `payload_bytes` bytes of UTF-8 and need not end with a
/// zero. The reading is freed by emvqr_reading_free.
///
/// # Safety
///
/// `payload` points to `payload_bytes` bytes, `reading` to a place for a pointer, or are null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn emvqr_decode(
    payload: *const c_char,
    payload_bytes: usize,
    now_ms: i64,
    reading: *mut *mut EmvqrReading,
) -> i32 {
    guarded(|| {
        // SAFETY: promised by the caller.
        let (place, payload) = unsafe { (place(reading)?, bounded(payload, payload_bytes)?) };
        *place = Box::into_raw(Box::new(EmvqrReading::decode(payload, now_ms)));
        Ok(())
    })
}

/// Finds what is wrong with a code by one of the profiles EMVQR_LENIENT, EMVQR_KHQR, EMVQR_JPQR,
/// EMVQR_STRICT. The reading has JSON, verdict and scheme only, and is freed by
/// emvqr_reading_free.
///
/// # Safety
///
/// As of emvqr_decode.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn emvqr_lint(
    payload: *const c_char,
    payload_bytes: usize,
    now_ms: i64,
    profile: u32,
    reading: *mut *mut EmvqrReading,
) -> i32 {
    guarded(|| {
        // SAFETY: promised by the caller.
        let (place, payload) = unsafe { (place(reading)?, bounded(payload, payload_bytes)?) };
        let profile = status::profile(profile)?;
        *place = Box::into_raw(Box::new(EmvqrReading::lint(payload, now_ms, profile)));
        Ok(())
    })
}

/// Builds a code from options: `scheme` (`khqr`, `jpqr`) and those of the scheme, as in
/// docs/BINDINGS.md. On EMVQR_OK `payload` is the code; on EMVQR_REFUSED `refusal`, unless null,
/// is a JSON object with `code`, `path`, `message`, `sdk_code`. Both are freed by emvqr_text_free.
///
/// # Safety
///
/// `options` points to `options_count` options whose texts end with a zero, `payload` and
/// `refusal` to places for pointers, or are null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn emvqr_build(
    options: *const EmvqrOption,
    options_count: usize,
    payload: *mut *mut c_char,
    refusal: *mut *mut c_char,
) -> i32 {
    guarded(|| {
        // SAFETY: promised by the caller. A refusal that nobody wants has no place.
        let (place, why) = unsafe { (place(payload), place(refusal).ok()) };
        let place = place?;
        // SAFETY: promised by the caller.
        let options = unsafe { pairs(options, options_count)? };
        match emvqr_common::build(&options) {
            Ok(payload) => *place = owned(&payload)?,
            Err(refused) => {
                if let Some(why) = why {
                    *why = owned(&refused.to_json().to_string())?;
                }
                return Err(EMVQR_REFUSED);
            }
        }
        Ok(())
    })
}

/// The MD5 by which Bakong knows the payment of a code, 32 hexadecimal digits, freed by
/// emvqr_text_free.
///
/// # Safety
///
/// As of emvqr_decode.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn emvqr_md5(
    payload: *const c_char,
    payload_bytes: usize,
    md5: *mut *mut c_char,
) -> i32 {
    guarded(|| {
        // SAFETY: promised by the caller.
        let (place, payload) = unsafe { (place(md5)?, bounded(payload, payload_bytes)?) };
        *place = owned(&emvqr::md5_hex(payload))?;
        Ok(())
    })
}

/// Of these bindings. Not to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn emvqr_version() -> *const c_char {
    const VERSION: &CStr =
        match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
            Ok(version) => version,
            Err(_) => c"",
        };
    VERSION.as_ptr()
}

/// EMVQR_ACCEPT, EMVQR_REFUSE or EMVQR_NOT_A_CODE; -1 of null.
///
/// # Safety
///
/// `reading` comes from here and was not freed, or is null. So of all that follow.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn emvqr_verdict(reading: *const EmvqrReading) -> i32 {
    // SAFETY: promised by the caller.
    unsafe { reading.as_ref() }.map_or(-1, |reading| reading.verdict)
}

/// Everything, as the JSON object of `spean qr decode --json` or `spean qr lint --json`.
///
/// # Safety
///
/// As of emvqr_verdict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn emvqr_json(reading: *const EmvqrReading) -> *const c_char {
    // SAFETY: promised by the caller.
    unsafe { fact(reading, |reading| Some(&reading.json)) }
}

/// `khqr`, `jpqr` or `emv`; null if it is no code.
///
/// # Safety
///
/// As of emvqr_verdict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn emvqr_scheme(reading: *const EmvqrReading) -> *const c_char {
    // SAFETY: promised by the caller.
    unsafe { fact(reading, |reading| reading.scheme.as_ref()) }
}

/// Who is paid: `name@bank`, a store id, whom another network's account names. This and all that
/// follow are null, or EMVQR_ABSENT, unless emvqr_decode accepted the code and the code says it.
///
/// # Safety
///
/// As of emvqr_verdict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn emvqr_account(reading: *const EmvqrReading) -> *const c_char {
    // SAFETY: promised by the caller.
    unsafe { fact(reading, |reading| reading.facts.account.as_ref()) }
}

/// The amount in major units, as it stands in the code.
///
/// # Safety
///
/// As of emvqr_verdict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn emvqr_amount(reading: *const EmvqrReading) -> *const c_char {
    // SAFETY: promised by the caller.
    unsafe { fact(reading, |reading| reading.facts.amount.as_ref()) }
}

/// Three letters, or three digits of a currency whose letters are not known.
///
/// # Safety
///
/// As of emvqr_verdict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn emvqr_currency(reading: *const EmvqrReading) -> *const c_char {
    // SAFETY: promised by the caller.
    unsafe { fact(reading, |reading| reading.facts.currency.as_ref()) }
}

/// Two letters.
///
/// # Safety
///
/// As of emvqr_verdict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn emvqr_country(reading: *const EmvqrReading) -> *const c_char {
    // SAFETY: promised by the caller.
    unsafe { fact(reading, |reading| reading.facts.country.as_ref()) }
}

/// The merchant's name.
///
/// # Safety
///
/// As of emvqr_verdict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn emvqr_name(reading: *const EmvqrReading) -> *const c_char {
    // SAFETY: promised by the caller.
    unsafe { fact(reading, |reading| reading.facts.name.as_ref()) }
}

/// The merchant's city.
///
/// # Safety
///
/// As of emvqr_verdict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn emvqr_city(reading: *const EmvqrReading) -> *const c_char {
    // SAFETY: promised by the caller.
    unsafe { fact(reading, |reading| reading.facts.city.as_ref()) }
}

/// The merchant's name in the language of the place.
///
/// # Safety
///
/// As of emvqr_verdict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn emvqr_local_name(reading: *const EmvqrReading) -> *const c_char {
    // SAFETY: promised by the caller.
    unsafe { fact(reading, |reading| reading.facts.local_name.as_ref()) }
}

/// The shop's own number for what is paid.
///
/// # Safety
///
/// As of emvqr_verdict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn emvqr_bill(reading: *const EmvqrReading) -> *const c_char {
    // SAFETY: promised by the caller.
    unsafe { fact(reading, |reading| reading.facts.bill.as_ref()) }
}

/// The amount in the smallest unit of its currency: riel, cents, yen.
///
/// # Safety
///
/// As of emvqr_verdict; `amount_minor` points to a place for the number, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn emvqr_amount_minor(
    reading: *const EmvqrReading,
    amount_minor: *mut u64,
) -> i32 {
    // SAFETY: promised by the caller.
    unsafe { number(reading, amount_minor, |reading| reading.facts.amount_minor) }
}

/// When a KHQR was made, in milliseconds since 1970.
///
/// # Safety
///
/// As of emvqr_verdict; `created_ms` points to a place for the number, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn emvqr_created_ms(
    reading: *const EmvqrReading,
    created_ms: *mut i64,
) -> i32 {
    // SAFETY: promised by the caller.
    unsafe { number(reading, created_ms, |reading| reading.facts.created_ms) }
}

/// The last millisecond at which a KHQR may be paid.
///
/// # Safety
///
/// As of emvqr_verdict; `expires_ms` points to a place for the number, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn emvqr_expires_ms(
    reading: *const EmvqrReading,
    expires_ms: *mut i64,
) -> i32 {
    // SAFETY: promised by the caller.
    unsafe { number(reading, expires_ms, |reading| reading.facts.expires_ms) }
}

/// Frees a reading and all its texts; null is nothing.
///
/// # Safety
///
/// `reading` comes from emvqr_decode or emvqr_lint and was not freed, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn emvqr_reading_free(reading: *mut EmvqrReading) {
    if !reading.is_null() {
        // SAFETY: made by `Box::into_raw` above, and freed once, as promised.
        drop(unsafe { Box::from_raw(reading) });
    }
}

/// Frees a text of emvqr_build or emvqr_md5; null is nothing.
///
/// # Safety
///
/// `text` comes from there and was neither freed nor made shorter or longer, or is null.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn emvqr_text_free(text: *mut c_char) {
    if !text.is_null() {
        // SAFETY: made by `CString::into_raw` below, and freed once, as promised.
        drop(unsafe { CString::from_raw(text) });
    }
}

/// The status of the work. A panic ends here: unwinding into C would end the caller's process.
fn guarded(work: impl FnOnce() -> Result<(), i32>) -> i32 {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(())) => EMVQR_OK,
        Ok(Err(status)) => status,
        // What was thrown may throw again when it is dropped.
        Err(thrown) => {
            std::mem::forget(thrown);
            EMVQR_FAULT
        }
    }
}

/// The caller's place for a result, with null in it.
unsafe fn place<'a, T>(place: *mut *mut T) -> Result<&'a mut *mut T, i32> {
    // SAFETY: a place that is not null is one, as promised.
    let place = unsafe { place.as_mut() }.ok_or(EMVQR_NULL)?;
    *place = null_mut();
    Ok(place)
}

/// A text of so many bytes. The limit comes before the slice, because a slice of more than half
/// of the memory would not be one.
unsafe fn bounded<'a>(bytes: *const c_char, count: usize) -> Result<&'a str, i32> {
    if bytes.is_null() {
        return Err(EMVQR_NULL);
    }
    if count > EMVQR_PAYLOAD_BYTES_MAX {
        return Err(EMVQR_TOO_LONG);
    }
    // SAFETY: there are as many bytes, as promised.
    let bytes = unsafe { slice::from_raw_parts(bytes.cast::<u8>(), count) };
    std::str::from_utf8(bytes).map_err(|_error| EMVQR_NOT_UTF8)
}

/// A text that ends with a zero, which is looked for no further than the limit.
unsafe fn ended<'a>(text: *const c_char) -> Result<&'a str, i32> {
    if text.is_null() {
        return Err(EMVQR_NULL);
    }
    for count in 0..=EMVQR_PAYLOAD_BYTES_MAX {
        // SAFETY: everything up to the zero is the caller's text, as promised, and none before
        // this byte was it.
        if unsafe { text.add(count).read() } == 0 {
            // SAFETY: these bytes were read just now.
            return unsafe { bounded(text, count) };
        }
    }
    Err(EMVQR_TOO_LONG)
}

unsafe fn pairs<'a>(
    options: *const EmvqrOption,
    count: usize,
) -> Result<Vec<(&'a str, &'a str)>, i32> {
    if options.is_null() {
        return Err(EMVQR_NULL);
    }
    if count > EMVQR_OPTIONS_MAX {
        return Err(EMVQR_TOO_LONG);
    }
    // SAFETY: there are as many options, as promised.
    let options = unsafe { slice::from_raw_parts(options, count) };
    // SAFETY: their texts end with a zero, as promised.
    let pair = |option: &EmvqrOption| unsafe { Ok((ended(option.name)?, ended(option.value)?)) };
    options.iter().map(pair).collect()
}

/// A text for the caller to keep and to free.
fn owned(whole: &str) -> Result<*mut c_char, i32> {
    text(whole).map(CString::into_raw).ok_or(EMVQR_FAULT)
}

/// A text that lives as long as the reading.
unsafe fn fact(
    reading: *const EmvqrReading,
    which: impl FnOnce(&EmvqrReading) -> Option<&CString>,
) -> *const c_char {
    // SAFETY: a reading that is not null is one, as promised.
    let reading = unsafe { reading.as_ref() };
    reading.and_then(which).map_or(null(), |text| text.as_ptr())
}

unsafe fn number<T>(
    reading: *const EmvqrReading,
    place: *mut T,
    which: impl FnOnce(&EmvqrReading) -> Option<T>,
) -> i32 {
    // SAFETY: what is not null is what its type says, as promised.
    let (reading, place) = unsafe { (reading.as_ref(), place.as_mut()) };
    let (Some(reading), Some(place)) = (reading, place) else {
        return EMVQR_NULL;
    };
    match which(reading) {
        Some(found) => {
            *place = found;
            EMVQR_OK
        }
        None => EMVQR_ABSENT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_ends_at_the_border() {
        assert_eq!(guarded(|| panic!("seen by nobody outside")), EMVQR_FAULT);
        assert_eq!(guarded(|| Err(EMVQR_NULL)), EMVQR_NULL);
        assert_eq!(guarded(|| Ok(())), EMVQR_OK);
    }
}
