//! How many connections each address holds, so that no single one takes every place.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex};

use crate::hub::lock;

/// Connections by address.
#[derive(Clone, Debug)]
pub(super) struct Crowd {
    most: usize,
    counts: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// One connection's place among those of its address; given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    crowd: Crowd,
    address: IpAddr,
}

impl Crowd {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            counts: Arc::default(),
        }
    }

    /// `None` when the address holds as many as one may.
    pub(super) fn enter(&self, address: IpAddr) -> Option<Place> {
        let address = owner(address);
        let mut counts = lock(&self.counts);
        let count = counts.entry(address).or_default();
        if *count >= self.most {
            return None;
        }
        *count = count.saturating_add(1);
        Some(Place {
            crowd: self.clone(),
            address,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = lock(&self.crowd.counts);
        if let Some(count) = counts.get_mut(&self.address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

/// In IPv6 one host has a whole network of 64 bits to choose addresses from.
fn owner(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from(network))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_its_share_and_no_more() {
        let crowd = Crowd::new(2);
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let one = crowd.enter(address("192.0.2.1")).unwrap();
        let _two = crowd.enter(address("::ffff:192.0.2.1")).unwrap();
        assert!(crowd.enter(address("192.0.2.1")).is_none());
        let others = ["192.0.2.2", "2001:db8::1", "2001:db8::2", "2001:db8:0:1::1"];
        let others: Vec<Option<Place>> = others
            .map(|text| crowd.enter(address(text)))
            .into_iter()
            .collect();
        assert!(others.iter().all(Option::is_some), "{others:?}");
        assert!(crowd.enter(address("2001:db8::3")).is_none());
        drop(one);
        assert!(crowd.enter(address("192.0.2.1")).is_some());
        drop(others);
        // What is empty is forgotten, so the memory is bounded by the places.
        assert_eq!(lock(&crowd.counts).len(), 1);
    }
}
