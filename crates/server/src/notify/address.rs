//! Addresses of webhooks. A participant chooses them, so without a guard it could have the hub
//! call what only the hub can reach: its own ports, the cloud's metadata, the bank's inside.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::Uri;
use http::uri::Scheme;

use super::Targets;

/// An address that may be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address(Uri);

impl Address {
    /// Reads an address; says why it may not be called. A name is looked at again whenever it is
    /// connected to.
    pub(crate) fn parse(url: &str, targets: Targets) -> Result<Self, &'static str> {
        // The reader of addresses cuts a fragment off silently.
        if url.contains('#') {
            return Err("an address of a webhook has no fragment");
        }
        let uri: Uri = url.parse().map_err(|_malformed| "not an address")?;
        let is_known = uri.scheme() == Some(&Scheme::HTTP) || uri.scheme() == Some(&Scheme::HTTPS);
        if !is_known {
            return Err("begins with neither `http://` nor `https://`");
        }
        let Some(authority) = uri.authority() else {
            return Err("names no host");
        };
        if authority.as_str().contains('@') {
            return Err("holds a user: signatures say who calls");
        }
        let host = authority.host();
        let has_port = authority.as_str().len() > host.len();
        if host.is_empty() || (has_port && authority.port_u16().is_none_or(|port| port == 0)) {
            return Err("names no host and port that can be called");
        }
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let is_own_name = host.eq_ignore_ascii_case("localhost")
            || host.to_ascii_lowercase().ends_with(".localhost");
        let is_open = match bare.parse::<IpAddr>() {
            Ok(address) => may_call(address, targets),
            Err(_name) => targets == Targets::Any || !is_own_name,
        };
        match is_open {
            true => Ok(Self(uri)),
            false => Err("is not on the public network"),
        }
    }

    pub(crate) fn is_tls(&self) -> bool {
        self.0.scheme() == Some(&Scheme::HTTPS)
    }

    pub(super) fn uri(&self) -> &Uri {
        &self.0
    }
}

/// Whether an address is one that strangers may have the hub call.
pub(super) fn may_call(address: IpAddr, targets: Targets) -> bool {
    match (targets, address.to_canonical()) {
        (Targets::Any, address) => !address.is_unspecified() && !address.is_multicast(),
        (Targets::Public, IpAddr::V4(address)) => is_public_v4(address),
        (Targets::Public, IpAddr::V6(address)) => is_public_v6(address),
    }
}

/// Networks of RFC 6890 and its followers that are nobody's on the public network.
const CLOSED_V4: &[(Ipv4Addr, u32)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

fn is_public_v4(address: Ipv4Addr) -> bool {
    let is_in = |(network, bits): &(Ipv4Addr, u32)| {
        let shift = 32_u32.saturating_sub(*bits);
        u32::from(address) >> shift == u32::from(*network) >> shift
    };
    !CLOSED_V4.iter().any(is_in)
}

/// Only `2000::/3` is given out; of it Teredo, documentation and 6to4 lead elsewhere.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let is_given_out = first & 0xe000 == 0x2000;
    let is_special = (first == 0x2001 && (second < 0x0200 || second == 0x0db8))
        || first == 0x2002
        || (first == 0x3fff && second < 0x1000);
    is_given_out && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, targets: Targets, expected: Result<(), &str>) {
        let found = Address::parse(url, targets).map(|_address| ());
        assert_eq!(found, expected, "{url} {targets:?}");
    }

    #[test]
    fn an_address_is_http_with_a_host_and_nothing_hidden() {
        for good in [
            "https://hooks.example.org/paid?desk=1",
            "http://hooks.example.org:8080",
            "https://198.41.0.4/",
            "https://[2606:4700::1111]:8443/x",
        ] {
            check(good, Targets::Public, Ok(()));
        }
        for (wrong, why) in [
            ("", "not an address"),
            ("hooks", "begins with neither `http://` nor `https://`"),
            ("/paid", "begins with neither `http://` nor `https://`"),
            ("ftp://a/", "begins with neither `http://` nor `https://`"),
            ("http://", "not an address"),
            ("http://a b/", "not an address"),
            ("http://a/\n", "not an address"),
            ("http://a/#x", "an address of a webhook has no fragment"),
            ("http://u:p@a/", "holds a user: signatures say who calls"),
            ("http://a:0/", "names no host and port that can be called"),
            ("http://a:/", "names no host and port that can be called"),
            (
                "http://a:99999/",
                "names no host and port that can be called",
            ),
        ] {
            check(wrong, Targets::Any, Err(why));
        }
    }

    #[test]
    fn what_only_the_hub_can_reach_is_closed_to_strangers() {
        let closed = Err("is not on the public network");
        for url in [
            "http://localhost/",
            "http://LocalHost:7400/",
            "http://x.localhost/",
            "http://127.0.0.1:7400/",
            "http://10.1.2.3/",
            "http://172.31.255.255/",
            "http://192.168.0.1/",
            "http://169.254.169.254/",
            "http://100.100.100.200/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[fe80::1]/",
            "http://[fd00::1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[2002:7f00:1::]/",
        ] {
            check(url, Targets::Public, closed);
            check(url, Targets::Any, Ok(()));
        }
        for url in ["http://0.0.0.0/", "http://[::]/", "http://224.0.0.1/"] {
            check(url, Targets::Public, closed);
            check(url, Targets::Any, closed);
        }
        check("http://172.32.0.1/", Targets::Public, Ok(()));
        check("http://192.169.0.1/", Targets::Public, Ok(()));
    }
}
