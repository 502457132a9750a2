//! What an institution does by itself: asking again for what is not final, and publishing what
//! the hub needs before anybody can pay.

use core::time::Duration;
use std::sync::atomic::Ordering;

use participant::edge;
use participant::http::CallError;
use tokio::time::{MissedTickBehavior, interval, timeout};
use wire::api::{MerchantPut, MerchantStatus, Money, Rate, RatePut, Tier};

use super::teller::Teller;
use crate::ledger::ShopRow;
use crate::limits::{PUBLISH_AGAIN, RATE_EVERY, RATE_VALID_MS, RECONCILE_EVERY};
use crate::site::{Kind, StandingRate};
use crate::trouble::Trouble;

/// Asks again, round after round, until it is dropped.
pub(crate) async fn reconcile(teller: &Teller) {
    let mut rounds = interval(RECONCILE_EVERY);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        rounds.tick().await;
        if let Err(trouble) = teller.reconcile().await {
            tracing::error!(%trouble, "a round of asking again failed");
        }
    }
}

/// Publishes, and publishes again, until it is dropped.
pub(crate) async fn publish(teller: &Teller) {
    let again = match teller.site.kind() {
        // A bank has nothing to publish: its accounts are resolved one by one.
        Kind::Bank { .. } => {
            teller.ready.send_replace(true);
            return;
        }
        // Shops do not expire; for them the round is only a net under a lost wake-up.
        Kind::Fx { .. } | Kind::JapaneseSwitch => RATE_EVERY,
    };
    loop {
        let wait = match publish_once(teller).await {
            Ok(()) => {
                note_published(teller);
                again
            }
            Err(error) => {
                tracing::warn!(%error, "the hub did not take what is to be published");
                PUBLISH_AGAIN
            }
        };
        rest(teller, wait).await;
    }
}

/// Waits for news or for the time to be over, whichever is first.
async fn rest(teller: &Teller, wait: Duration) {
    let news = async {
        // That the time is over is no error here.
        drop(timeout(wait, teller.news.notified()).await);
    };
    tokio::select! {
        () = news => {}
        () = teller.site.clock().pass_by_hand(wait) => {}
    }
}

fn note_published(teller: &Teller) {
    let now_ms = teller.site.now_ms();
    teller.published_ms.store(now_ms, Ordering::Relaxed);
    teller.ready.send_replace(true);
}

/// Publishes if what was published is old on our own clock, which a test may have moved.
#[cfg(feature = "failpoints")]
pub(crate) async fn publish_if_old(teller: &Teller) {
    let every_ms = i64::try_from(RATE_EVERY.as_millis()).unwrap_or(i64::MAX);
    let last_ms = teller.published_ms.load(Ordering::Relaxed);
    if teller.site.now_ms().saturating_sub(last_ms) < every_ms {
        return;
    }
    teller.ready.send_replace(false);
    match publish_once(teller).await {
        Ok(()) => note_published(teller),
        Err(error) => tracing::warn!(%error, "the hub did not take what is to be published"),
    }
}

/// Why a publication has to be tried again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotPublished {
    #[error("the hub: {0}")]
    Hub(#[from] CallError),
    #[error("the ledger: {0}")]
    Books(#[from] Trouble),
}

/// Publishes everything that the hub does not have yet.
pub(crate) async fn publish_once(teller: &Teller) -> Result<(), NotPublished> {
    match teller.site.kind() {
        Kind::Bank { .. } => Ok(()),
        Kind::JapaneseSwitch => publish_shops(teller).await,
        Kind::Fx { rates } => {
            for rate in rates {
                publish_rate(teller, rate).await?;
            }
            Ok(())
        }
    }
}

async fn publish_shops(teller: &Teller) -> Result<(), NotPublished> {
    loop {
        let shops = teller.ledger.run(|books| books.shops_unpublished()).await?;
        if shops.is_empty() {
            return Ok(());
        }
        for shop in shops {
            teller
                .hub
                .put_merchant(&shop.account, &merchant(&shop))
                .await?;
            let (account, version) = (shop.account, shop.version);
            teller
                .ledger
                .run(move |books| books.shop_published(&account, version))
                .await?;
        }
    }
}

fn merchant(shop: &ShopRow) -> MerchantPut {
    MerchantPut {
        version: shop.version,
        name: shop.name.clone(),
        name_local: shop.name_local.clone(),
        city: shop.city.clone(),
        category: shop.category.clone(),
        accepts_foreign: shop.accepts_foreign,
        status: MerchantStatus::Active,
    }
}

/// The version is durable before it is sent, so that two contents never share one.
async fn publish_rate(teller: &Teller, rate: &StandingRate) -> Result<(), NotPublished> {
    let now_ms = teller.site.now_ms();
    let (corridor, at_least) = (rate.corridor.clone(), u64::try_from(now_ms).unwrap_or(1));
    let version = teller
        .ledger
        .run(move |books| books.rate_version(&corridor, at_least))
        .await?;
    let currency = rate.currency.alpha();
    let money = |amount: &str| Money {
        currency: currency.to_owned(),
        amount: amount.to_owned(),
    };
    let tier = Tier {
        amount_max: money(&rate.amount_max),
        rate: Rate {
            base: "JPY".to_owned(),
            quote: "KHR".to_owned(),
            value: rate.value.clone(),
        },
    };
    let put = RatePut {
        corridor: rate.corridor.clone(),
        version,
        valid_until: edge::rfc3339(now_ms.saturating_add(RATE_VALID_MS)),
        tiers: vec![tier],
        exposure_max: money(&rate.exposure_max),
    };
    teller.hub.put_rate(&put).await?;
    Ok(())
}
