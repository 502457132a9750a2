//! The story that the sandbox tells: one payment each way and a refund, over real HTTP, and what
//! every party holds afterwards.
//!
//! The teller of the story is nobody's insider: it uses the desks of the institutions as a wallet
//! or a shop would, and asks the hub as its operator. What it then compares are statements of
//! different parties about the same money; an identity that does not hold is reported, never
//! smoothed over.

mod check;
mod report;
mod settlement;

use std::collections::BTreeMap;
use std::time::Duration;

use participant::edge::Clock;
use participant::hub::HubClient;
use wire::api::{AuditView, Identity, Money, PaymentView, PositionList, ScanAnswer};

use crate::desk::api::{
    Books, CodeRequest, Customer, DeskState, Shop, ShopRefund, ShopRefundRequest, WalletPay,
    WalletPayment, WalletQuote, WalletQuoted, WalletScan,
};
use crate::desk::client::{DeskClient, DeskError};

pub use report::Report;
pub use settlement::{BankStatement, Instructed, Reconciled, SettledWindow};

/// How long the parties may take until they all tell the same; outcomes are told again after at
/// most five seconds, so this is four tries.
const SETTLE_MAX: Duration = Duration::from_secs(20);

/// How often they are asked meanwhile.
const SETTLE_PAUSE: Duration = Duration::from_millis(25);

/// Where everybody is.
#[derive(Clone, Debug)]
pub struct Network {
    /// The hub, asked with the house's key.
    pub house: HubClient,
    /// The hub, asked with the keys of two operators.
    pub operators: [HubClient; 2],
    /// The desks, by participant.
    pub desks: BTreeMap<String, DeskClient>,
    /// For the deadline of the story itself.
    pub clock: Clock,
}

/// Why the story could not be told to its end.
#[derive(Debug, thiserror::Error)]
pub enum StoryError {
    /// There is no such institution in this network.
    #[error("find the desk of `{0}`")]
    NoDesk(String),
    /// The made-up world lacks somebody.
    #[error("find {0} in the made-up world")]
    Nobody(&'static str),
    /// A desk said no, or could not be reached.
    #[error("{doing}: {source}")]
    Desk {
        /// What was being done.
        doing: &'static str,
        /// What came back.
        source: DeskError,
    },
    /// The hub said no, or could not be reached.
    #[error("{doing}: {source}")]
    Hub {
        /// What was being done.
        doing: &'static str,
        /// What came back.
        source: participant::http::CallError,
    },
    /// A payment or refund did not end as the story says.
    #[error("{0}")]
    OtherEnd(String),
}

/// One payment of the story, as its parties saw it.
#[derive(Clone, Debug)]
pub struct Paid {
    /// `KH-JP` or `JP-KH`.
    pub direction: &'static str,
    /// The customer before and after.
    pub customer: [Customer; 2],
    /// The participant of the customer.
    pub payer: String,
    /// The participant of the shop.
    pub payee: String,
    /// The shop.
    pub shop: Shop,
    /// The text of the code.
    pub payload: String,
    /// What the hub read in it.
    pub scan: ScanAnswer,
    /// What it would cost.
    pub quoted: WalletQuoted,
    /// What the customer's side holds afterwards.
    pub wallet: WalletPayment,
    /// What the hub holds afterwards.
    pub hub: PaymentView,
}

/// The refund of the story.
#[derive(Clone, Debug)]
pub struct Refund {
    /// What the shop's side holds afterwards.
    pub shop: ShopRefund,
    /// The customer's balance afterwards.
    pub customer: Customer,
}

/// Everything that happened and what everybody holds.
#[derive(Clone, Debug)]
pub struct Story {
    /// Both payments.
    pub payments: Vec<Paid>,
    /// The refund of the first.
    pub refund: Refund,
    /// The hub's positions in the open window.
    pub positions: PositionList,
    /// What everybody is owed in all windows together, by participant and currency.
    pub nets: BTreeMap<(String, String), i128>,
    /// The hub's own audit.
    pub audit: AuditView,
    /// The books of every institution.
    pub books: Vec<Books>,
    /// Every identity, the hub's own and those between the parties.
    pub identities: Vec<Identity>,
    /// The window, closed and instructed, with what the bank wrote.
    pub instructed: Instructed,
    /// How the window ended.
    pub settled: Option<SettledWindow>,
}

impl Story {
    /// The end: what the hub holds after the bank's statements were matched and reported.
    ///
    /// # Errors
    /// When the hub cannot be asked.
    pub async fn end(
        &mut self,
        network: &Network,
        reconciled: Reconciled,
    ) -> Result<(), StoryError> {
        let window = network.house.window(self.instructed.window.id).await;
        let liquidity = network.house.liquidity().await;
        let end = SettledWindow {
            window: window.map_err(at_hub("read the window"))?,
            liquidity: liquidity.map_err(at_hub("read the liquidity"))?,
            reconciled,
        };
        let more = settlement::identities(&self.instructed, &end);
        self.identities.extend(more);
        let audit = network.house.audit().await;
        self.audit = audit.map_err(at_hub("read the audit"))?;
        for identity in &self.audit.identities {
            if let Some(known) = self
                .identities
                .iter_mut()
                .find(|known| known.name == identity.name)
            {
                known.holds = known.holds && identity.holds;
            }
        }
        self.settled = Some(end);
        Ok(())
    }

    /// Whether every identity holds.
    pub fn holds(&self) -> bool {
        self.identities.iter().all(|identity| identity.holds)
    }

    /// The object that `spean sandbox --once --json` prints.
    pub fn report(&self) -> Report {
        report::of(self)
    }
}

/// Tells the story: JPY 3,000 by JPQR from a Bakong account, KHR 120,000 by KHQR from a Japanese
/// wallet, JPY 1,000 of the first given back; then two operators close the window and settle it,
/// and the simulated bank pays out. What the bank wrote is to be matched by the caller, who then
/// calls [`Story::end`].
///
/// # Errors
/// When a step does not end as the story says; what happened until then stands in the books.
pub async fn tell(network: &Network) -> Result<Story, StoryError> {
    let first = to_japan(network).await?;
    let second = to_cambodia(network).await?;
    let refund = give_back(network, &first).await?;
    let settled = settle(network).await?;
    let mut story = Story {
        payments: vec![first, second],
        refund,
        positions: settled.positions,
        nets: settled.nets,
        audit: settled.audit,
        books: settled.books,
        identities: Vec::new(),
        instructed: settlement::instruct(network).await?,
        settled: None,
    };
    // The views of the payments are taken anew, so that they show the refund too.
    for paid in &mut story.payments {
        let id = paid.quoted.payment_id.clone();
        paid.hub = hub_payment(network, &id).await?;
    }
    story.identities = check::identities(network, &story).await?;
    Ok(story)
}

async fn to_japan(network: &Network) -> Result<Paid, StoryError> {
    let payer = person(network, "acleda", "Sokha").await?;
    let shop = shop(network, "netstars", "Noodle House Tsuru").await?;
    let payload = shop.1.payload.clone();
    let price = money("JPY", "3000");
    pay(
        network,
        Scene {
            direction: "KH-JP",
            payer,
            shop,
            payload,
            price: Some(price),
        },
    )
    .await
}

async fn to_cambodia(network: &Network) -> Result<Paid, StoryError> {
    let payer = person(network, "netstars", "Hana").await?;
    let shop = shop(network, "sathapana", "Mekong Coffee").await?;
    let wanted = CodeRequest {
        shop: shop.1.shop.clone(),
        amount: money("KHR", "120000"),
        minutes: 10,
    };
    let shown = desk(network, "sathapana")?.code(&wanted).await;
    let payload = shown.map_err(at_desk("make a dynamic code"))?.payload;
    pay(
        network,
        Scene {
            direction: "JP-KH",
            payer,
            shop,
            payload,
            price: None,
        },
    )
    .await
}

struct Scene {
    direction: &'static str,
    payer: (String, Customer),
    shop: (String, Shop),
    payload: String,
    /// What the customer types; a dynamic code says it itself.
    price: Option<Money>,
}

async fn pay(network: &Network, scene: Scene) -> Result<Paid, StoryError> {
    let Scene {
        direction,
        payer: (payer, before),
        shop: (payee, shop),
        payload,
        price,
    } = scene;
    let wallet = desk(network, &payer)?;
    let account = before.account.clone();
    let scan = WalletScan {
        account: account.clone(),
        payload: payload.clone(),
    };
    let scan = wallet.scan(&scan).await.map_err(at_desk("scan the code"))?;
    let amount = price
        .or_else(|| scan.amount.clone())
        .ok_or_else(|| StoryError::OtherEnd("read no amount in a dynamic code".to_owned()))?;
    let quote = WalletQuote {
        account: account.clone(),
        scan: scan.scan.clone(),
        amount,
    };
    let quoted = wallet
        .quote(&quote)
        .await
        .map_err(at_desk("ask what it costs"))?;
    let order = WalletPay {
        account: account.clone(),
        payment_id: quoted.payment_id.clone(),
    };
    let mut paid = wallet.pay(&order).await.map_err(at_desk("pay"))?;
    let until = deadline(network);
    while paid.state == DeskState::Sent && network.clock.now_ms() < until {
        tokio::time::sleep(SETTLE_PAUSE).await;
        let asked = wallet.payment(&quoted.payment_id).await;
        paid = asked.map_err(at_desk("ask how the payment ended"))?;
    }
    if paid.state != DeskState::Completed {
        let words = format!("complete a payment of the story: it is {:?}", paid.state);
        return Err(StoryError::OtherEnd(words));
    }
    let after = wallet
        .customer(&account)
        .await
        .map_err(at_desk("read the balance"))?;
    let hub = hub_payment(network, &quoted.payment_id).await?;
    let customer = [before, after];
    Ok(Paid {
        direction,
        customer,
        payer,
        payee,
        shop,
        payload,
        scan,
        quoted,
        wallet: paid,
        hub,
    })
}

async fn give_back(network: &Network, paid: &Paid) -> Result<Refund, StoryError> {
    let shop = desk(network, &paid.payee)?;
    let payment_id = paid.quoted.payment_id.clone();
    let wanted = ShopRefundRequest {
        refund_id: Some(participant::edge::payment_id()),
        payment_id,
        amount: money("JPY", "1000"),
    };
    let mut refund = shop.refund(&wanted).await.map_err(at_desk("refund"))?;
    let until = deadline(network);
    while refund.state == DeskState::Sent && network.clock.now_ms() < until {
        tokio::time::sleep(SETTLE_PAUSE).await;
        let asked = shop.refund_status(&refund.refund_id).await;
        refund = asked.map_err(at_desk("ask how the refund ended"))?;
    }
    if refund.state != DeskState::Completed {
        let words = format!("complete the refund of the story: it is {:?}", refund.state);
        return Err(StoryError::OtherEnd(words));
    }
    // The customer's side hears the outcome in its own stream, a moment later.
    let wallet = desk(network, &paid.payer)?;
    let [_, after] = &paid.customer;
    let mut customer = after.clone();
    while customer.balance == after.balance && network.clock.now_ms() < until {
        tokio::time::sleep(SETTLE_PAUSE).await;
        let asked = wallet.customer(&after.account).await;
        customer = asked.map_err(at_desk("read the balance"))?;
    }
    Ok(Refund {
        shop: refund,
        customer,
    })
}

struct Settled {
    positions: PositionList,
    nets: BTreeMap<(String, String), i128>,
    audit: AuditView,
    books: Vec<Books>,
}

/// Waits until every institution has heard everything, and takes what all of them hold.
async fn settle(network: &Network) -> Result<Settled, StoryError> {
    let until = deadline(network);
    loop {
        let positions = network
            .house
            .positions()
            .await
            .map_err(at_hub("read the positions"))?;
        let audit = network
            .house
            .audit()
            .await
            .map_err(at_hub("read the audit"))?;
        let mut books = Vec::new();
        for desk in network.desks.values() {
            books.push(desk.books().await.map_err(at_desk("read the books"))?);
        }
        let nets = settlement::nets_of_all_windows(network).await?;
        let agreed =
            audit.untold_outcomes == 0 && books.iter().all(|books| check::agrees(books, &nets));
        if agreed || network.clock.now_ms() >= until {
            return Ok(Settled {
                positions,
                nets,
                audit,
                books,
            });
        }
        tokio::time::sleep(SETTLE_PAUSE).await;
    }
}

async fn hub_payment(network: &Network, id: &str) -> Result<PaymentView, StoryError> {
    network
        .house
        .payment(id)
        .await
        .map_err(at_hub("ask the hub about the payment"))
}

async fn person(
    network: &Network,
    at: &str,
    name: &'static str,
) -> Result<(String, Customer), StoryError> {
    let list = desk(network, at)?
        .customers()
        .await
        .map_err(at_desk("list the customers"))?;
    let found = list
        .customers
        .into_iter()
        .find(|customer| customer.name == name);
    Ok((at.to_owned(), found.ok_or(StoryError::Nobody(name))?))
}

async fn shop(
    network: &Network,
    at: &str,
    name: &'static str,
) -> Result<(String, Shop), StoryError> {
    let list = desk(network, at)?
        .shops()
        .await
        .map_err(at_desk("list the shops"))?;
    let found = list.shops.into_iter().find(|shop| shop.name == name);
    Ok((at.to_owned(), found.ok_or(StoryError::Nobody(name))?))
}

fn desk<'a>(network: &'a Network, name: &str) -> Result<&'a DeskClient, StoryError> {
    network
        .desks
        .get(name)
        .ok_or_else(|| StoryError::NoDesk(name.to_owned()))
}

fn deadline(network: &Network) -> i64 {
    let most = i64::try_from(SETTLE_MAX.as_millis()).unwrap_or(i64::MAX);
    network.clock.now_ms().saturating_add(most)
}

fn at_desk(doing: &'static str) -> impl Fn(DeskError) -> StoryError {
    move |source| StoryError::Desk { doing, source }
}

fn at_hub(doing: &'static str) -> impl Fn(participant::http::CallError) -> StoryError {
    move |source| StoryError::Hub { doing, source }
}

fn money(currency: &str, amount: &str) -> Money {
    Money {
        currency: currency.to_owned(),
        amount: amount.to_owned(),
    }
}
