//! An acquirer's day, shop by shop or payment by payment.

use std::collections::BTreeMap;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use backoffice::statement::limits::CSV_LEAVES;
use backoffice::statement::{
    LocalDay, ShopLine, ShopStatement, ShopSubject, ShopTotal, StatementError, csv_of_shop_totals,
    csv_of_shops, decimal, shop_text,
};
use calendar::Country;
use http::StatusCode;
use money::Currency;
use switch::{ItemId, Role, ShopKey};
use wire::api;
use wire::error::{Code, Problem};

use super::super::Served;
use super::{Format, Wanted, count, csv, day, page, wanted, whose, wrong};
use crate::convert::{time_text, uuid_text};
use crate::gate::{Caller, answer};
use crate::hub::Hub;
use crate::limits::{SHOPS_ON_CSV_PAGE, SHOPS_ON_PAGE};

const TAKES: &str = "the query takes `day`, `shop`, `by`, `participant`, `format` and `page`, \
                     once each";

/// Read the day of an acquirer's shops
///
/// For a day on the clocks of the shops' country, what each shop took, gave back, paid as its fee
/// and gets (`by=shop`), or every payment and refund (`by=payment`, the default when a `shop` is
/// named). Lines come to the totals, and these to what is counted over the tables, or there is no
/// statement. Shops go by a pseudonym that is the same every day, with a name where one is known.
/// Needs the role `payee`; operators name whose.
#[utoipa::path(
    get, path = "/v1/shops/statement", tag = "settlement", operation_id = "shop_statement",
    params(
        ("day" = String, Query, description = "The day, as 2026-06-30"),
        ("shop" = Option<String>, Query, description = "Only the shop of this pseudonym"),
        ("by" = Option<String>, Query, description = "`shop` or `payment`"),
        ("participant" = Option<String>, Query, description = "Whose; one's own when absent"),
        ("format" = Option<String>, Query, description = "`json` (default) or `csv`"),
        ("page" = Option<u64>, Query, description = "From 1, which is also the default"),
    ),
    responses((status = 200, description = "One page.", content(
        (api::ShopStatement = "application/json"),
        (String = "text/csv"),
    ))),
)]
pub(crate) async fn shop_statement(
    State(hub): State<Hub>,
    caller: Caller,
    query: Result<Query<Wanted>, QueryRejection>,
) -> Served {
    if !caller.viewer().is_operator {
        caller.must_be(Role::Payee)?;
    }
    let wanted = wanted(query, TAKES, |wanted| {
        wanted.currency.is_none() && wanted.window.is_none()
    })?;
    let acquirer = whose(&hub, &caller, wanted.participant.as_deref())?;
    let shop = wanted.shop.as_deref().map(shop_key).transpose()?;
    let by = By::of(wanted.by.as_deref(), shop)?;
    let format = Format::of(wanted.format.as_deref())?;
    if format == Format::Camt053 {
        return Err(Problem::new(Code::NotAcceptable).into());
    }
    let page = page(wanted.page.as_deref())?;
    let scheme = hub
        .directory()
        .known(acquirer)
        .map(|one| one.scheme.clone());
    let country = match scheme.as_deref() {
        Some("JPQR") => Country::Jp,
        Some(_) | None => Country::Kh,
    };
    let date = day(wanted.day.as_deref().unwrap_or_default())?;
    let subject = ShopSubject {
        acquirer,
        day: LocalDay { date, country },
        shop,
    };
    Ok(state(
        &hub,
        Question {
            subject,
            by,
            format,
            page,
        },
    )
    .await?)
}

/// What lines stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Shop,
    Payment,
}

impl By {
    fn of(text: Option<&str>, shop: Option<ShopKey>) -> Result<Self, Problem> {
        match (text, shop) {
            (Some("shop"), _) | (None, None) => Ok(By::Shop),
            (Some("payment"), _) | (None, Some(_)) => Ok(By::Payment),
            (Some(_), _) => Err(wrong("`by` is shop or payment")),
        }
    }
}

fn shop_key(text: &str) -> Result<ShopKey, Problem> {
    let key = u128::from_str_radix(text, 16).ok().map(ShopKey);
    // What is written otherwise is another spelling, and `unknown` is no shop.
    let key = key.filter(|key| shop_text(*key) == text);
    key.ok_or_else(|| wrong("`shop` is a pseudonym of 32 digits, 0 to 9 and a to f"))
}

#[derive(Clone, Copy)]
struct Question {
    subject: ShopSubject,
    by: By,
    format: Format,
    page: usize,
}

/// A shop as people know it.
#[derive(Clone)]
struct Known {
    name: String,
    name_local: Option<String>,
    account: String,
}

async fn state(hub: &Hub, question: Question) -> Result<Response, Problem> {
    // Read before the head is: what comes later is behind the day's end if this moment is.
    let now = hub.now();
    let head = hub.read(|view| view.head.seq).await?;
    hub.projected(head).await?;
    let Question { subject, page, .. } = question;
    let read = hub.paper(move |_hub, desk| {
        let (_, until) = subject.day.span()?;
        let is_complete = until <= now;
        let statement = desk.shops(subject, is_complete)?;
        let lines = match (question.by, question.format) {
            (By::Shop, _) => Vec::new(),
            (By::Payment, Format::Json) => statement.page(&desk.tables, page, 1)?,
            (By::Payment, _) => statement.page(&desk.tables, page, CSV_LEAVES)?,
        };
        Ok((statement, lines, is_complete))
    });
    let (statement, lines, is_complete) = read.await?;
    let (shops, pages) = shops_of(&statement, question)?;
    let parties = parties(&lines, &shops);
    let known = hub.blocking(move |hub| Ok(known(hub, &parties))).await?;
    let known = registered(hub, known).await?;
    if question.format == Format::Csv {
        let names: BTreeMap<ShopKey, String> = known
            .into_iter()
            .map(|(shop, known)| (shop, known.name))
            .collect();
        let made = match question.by {
            By::Shop => csv_of_shop_totals(&shops, &statement, page, pages, &names),
            By::Payment => csv_of_shops(&lines, page, &names),
        };
        let unwritten =
            |error: StatementError| crate::hub::hidden("make a statement", &error, Code::Internal);
        return Ok(csv(made.map_err(unwritten)?));
    }
    let LocalDay { date, country } = subject.day;
    let totals = statement.totals().iter();
    Ok(answer(
        StatusCode::OK,
        &api::ShopStatement {
            acquirer: hub.directory().name(subject.acquirer),
            day: date.to_string(),
            country: country.alpha().to_owned(),
            is_complete,
            page: count(page),
            pages: count(pages),
            totals: totals
                .map(|(currency, total)| shop_view(None, *currency, total, &known))
                .collect(),
            shops: shops
                .iter()
                .map(|((shop, currency), total)| shop_view(Some(*shop), *currency, total, &known))
                .collect(),
            lines: lines.iter().map(|line| line_view(line, &known)).collect(),
        },
    ))
}

type Shops = Vec<((ShopKey, Currency), ShopTotal)>;

/// The shops of a page, and how many pages there are.
fn shops_of(statement: &ShopStatement, question: Question) -> Result<(Shops, usize), Problem> {
    let Question {
        by, format, page, ..
    } = question;
    let most = match (by, format) {
        (By::Shop, Format::Json) => SHOPS_ON_PAGE,
        (By::Shop, _) => SHOPS_ON_CSV_PAGE,
        (By::Payment, Format::Json) => return Ok((Vec::new(), statement.pages(1))),
        (By::Payment, _) => return Ok((Vec::new(), statement.pages(CSV_LEAVES))),
    };
    let pages = statement.shops().len().div_ceil(most).max(1);
    if page > pages {
        let detail = format!("the last page is {pages}");
        return Err(Problem::new(Code::StatementPageUnknown).with_detail(&detail));
    }
    let skipped = page.saturating_sub(1).saturating_mul(most);
    let shops = statement.shops().iter().skip(skipped).take(most);
    Ok((shops.map(|(key, total)| (*key, *total)).collect(), pages))
}

/// For each shop of a page a payment whose data tells its name.
fn parties(lines: &[ShopLine], shops: &Shops) -> BTreeMap<ShopKey, (u64, ItemId)> {
    let of_lines = lines.iter().map(|line| (line.shop, line.parties()));
    let of_shops = shops
        .iter()
        .filter_map(|((shop, _), total)| Some((*shop, total.parties?)));
    let known = of_lines.chain(of_shops);
    known
        .filter(|(shop, _)| *shop != ShopKey::UNKNOWN)
        .collect()
}

/// What shops are called, from the data of a payment; nothing of those whose data was erased. The
/// shop's own acquirer was told the same with every ask.
fn known(hub: &Hub, parties: &BTreeMap<ShopKey, (u64, ItemId)>) -> BTreeMap<ShopKey, Known> {
    let shared = hub.shared();
    let read = |(shop, (seq, payment)): (&ShopKey, &(u64, ItemId))| {
        let parties = shared.history.parties(&shared.vault, *seq, *payment);
        let creditor = parties.ok()??.creditor;
        Some((
            *shop,
            Known {
                name: creditor.name,
                name_local: None,
                account: creditor.account,
            },
        ))
    };
    parties.iter().filter_map(read).collect()
}

/// The same with the names of the registry, which may have changed since.
async fn registered(
    hub: &Hub,
    mut known: BTreeMap<ShopKey, Known>,
) -> Result<BTreeMap<ShopKey, Known>, Problem> {
    hub.read(move |view| {
        for one in known.values_mut() {
            if let Some(merchant) = view.switch.merchant(&one.account) {
                one.name.clone_from(&merchant.name);
                let local = &merchant.name_local;
                one.name_local = (!local.is_empty()).then(|| local.clone());
            }
        }
        known
    })
    .await
}

fn shop_view(
    shop: Option<ShopKey>,
    currency: Currency,
    total: &ShopTotal,
    known: &BTreeMap<ShopKey, Known>,
) -> api::ShopDay {
    let known = shop.and_then(|shop| known.get(&shop));
    let money = |minor: i128| decimal(minor, currency);
    api::ShopDay {
        shop: shop.map(shop_text),
        name: known.map(|known| known.name.clone()),
        name_local: known.and_then(|known| known.name_local.clone()),
        account: known.map(|known| known.account.clone()),
        currency: currency.alpha().to_owned(),
        payments: total.payments,
        refunds: total.refunds,
        gross: money(total.sold()),
        refunded: money(total.refunded),
        fee: money(total.fees.fee),
        net: money(total.fees.net),
    }
}

fn line_view(line: &ShopLine, known: &BTreeMap<ShopKey, Known>) -> api::ShopLine {
    let money = |minor: i128| decimal(minor, line.currency);
    let kind = match line.refund_of {
        None => "payment",
        Some(_) => "refund",
    };
    api::ShopLine {
        number: line.number,
        time: time_text(line.at),
        shop: shop_text(line.shop),
        name: known.get(&line.shop).map(|known| known.name.clone()),
        kind: kind.to_owned(),
        item: uuid_text(line.item),
        payment: line.refund_of.map(uuid_text),
        currency: line.currency.alpha().to_owned(),
        gross: money(line.fees.gross),
        fee: money(line.fees.fee),
        net: money(line.fees.net),
    }
}
