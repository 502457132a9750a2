//! Reading statements entry by entry.

use std::io::BufRead;

use super::check::{Tally, Totals};
use super::{Entry, StatementHeader, StatementKind, StatementParts};
use crate::limits::ITEMS_MAX;
use crate::refusal::{ReadError, Refusal};
use crate::xml::{Input, Part, keep, put};

/// What was read beside the entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Streamed {
    /// Which of the three messages it was.
    pub kind: StatementKind,
    /// The header.
    pub header: StatementHeader,
    /// The statements without their entries.
    pub statements: Vec<StatementParts>,
}

/// Where entries go: with the statement that they stand in, counted from 0.
pub(super) type Sink<'s> = dyn FnMut(usize, Entry) + 's;

/// Reads camt.052, 053 or 054 from anywhere and hands over each entry with the number of its
/// statement, counted from 0. None of them may be relied on before this returns, because only
/// then is the file known to be whole and to add up.
///
/// # Errors
/// Every kind of [`Refusal`] with its place.
pub fn stream(
    source: &mut dyn BufRead,
    sink: &mut dyn FnMut(usize, Entry),
) -> Result<Streamed, ReadError> {
    let mut input = Input::open(source)?;
    let streamed = statements(&mut input, sink)?;
    input.finish()?;
    Ok(streamed)
}

pub(super) fn statements(
    input: &mut Input<'_>,
    sink: &mut Sink<'_>,
) -> Result<Streamed, ReadError> {
    let kind = StatementKind::of(input.version());
    let kind = kind.ok_or_else(|| input.refuse(Refusal::XmlVersionOther))?;
    let (element, _) = kind.elements();
    let mut header = None;
    let mut statements: Vec<StatementParts> = Vec::new();
    input.fields(&["GrpHdr", element], &mut |input, path| {
        if path == "GrpHdr" {
            return put!(one header, input);
        }
        let index = statements.len();
        if index >= ITEMS_MAX {
            return Err(input.refuse(Refusal::XmlTooMany));
        }
        statements.push(statement(input, kind, &mut |entry| sink(index, entry))?);
        Ok(())
    })?;
    if statements.is_empty() {
        return Err(input.refuse_below(Refusal::XmlMissing, element));
    }
    Ok(Streamed {
        kind,
        header: keep!(one header, input, "GrpHdr"),
        statements,
    })
}

fn statement(
    input: &mut Input<'_>,
    kind: StatementKind,
    sink: &mut dyn FnMut(Entry),
) -> Result<StatementParts, ReadError> {
    let (_, pagination) = kind.elements();
    let paths = [
        "Id",
        pagination,
        "ElctrncSeqNb",
        "CreDtTm",
        "FrToDt",
        "CpyDplctInd",
        "Acct",
        "Bal",
        "TxsSummry",
        "Ntry",
    ];
    let (mut id, mut page, mut sequence, mut created) = (None, None, None, None);
    let (mut period, mut copy, mut account, mut totals) = (None, None, None, None);
    let mut balances = Vec::new();
    let mut tally = Tally::new();
    input.fields(&paths, &mut |input, path| match path {
        "Id" => put!(one id, input),
        "ElctrncSeqNb" => put!(opt sequence, input),
        "CreDtTm" => put!(opt created, input),
        "FrToDt" => put!(opt period, input),
        "CpyDplctInd" => put!(opt copy, input),
        "Acct" => put!(one account, input),
        "Bal" => put!(many balances, input),
        "TxsSummry" => put!(opt totals, input),
        "Ntry" => {
            let entry = Entry::read(input)?;
            tally.add(&entry).map_err(|refusal| input.refuse(refusal))?;
            sink(entry);
            Ok(())
        }
        _ => put!(opt page, input),
    })?;
    let parts = StatementParts {
        id: keep!(one id, input, "Id"),
        page,
        sequence,
        created,
        period,
        copy,
        account: keep!(one account, input, "Acct"),
        balances,
        entries: Vec::new(),
    };
    let totals: Option<Totals> = totals;
    if let Some(totals) = totals {
        let checked = tally.check_totals(&totals);
        checked.map_err(|refusal| input.refuse_below(refusal, "TxsSummry"))?;
    }
    let checked = tally.check_balances(kind, &parts);
    checked.map_err(|refusal| input.refuse_below(refusal, "Bal"))?;
    Ok(parts)
}
