//! The list of hosts that no proxy leads to, by the rules that curl made usual.

use std::net::IpAddr;

/// Hosts that are connected to straight.
#[derive(Debug, Clone, Default)]
pub(super) struct Bypass(Vec<Entry>);

#[derive(Debug, Clone)]
enum Entry {
    All,
    /// Lower case, without a dot before or behind.
    Domain(String),
    Network {
        address: IpAddr,
        /// How many leading bits count.
        bits: u32,
    },
}

impl Bypass {
    pub(super) fn from_list(list: &str) -> Self {
        Self(list.split(',').map(str::trim).filter_map(Entry::parse).collect())
    }

    pub(super) fn covers(&self, host: &str) -> bool {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        let address = host.parse::<IpAddr>().ok().map(|address| address.to_canonical());
        self.0.iter().any(|entry| match (entry, address) {
            (Entry::All, _) => true,
            (Entry::Domain(domain), None) => host
                .strip_suffix(domain.as_str())
                .is_some_and(|before| before.is_empty() || before.ends_with('.')),
            (Entry::Network { address: network, bits }, Some(address)) => is_within(*network, *bits, address),
            (Entry::Domain(_), Some(_)) | (Entry::Network { .. }, None) => false,
        })
    }
}

impl Entry {
    fn parse(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::All);
        }
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse().ok()?)),
            None => (text, None),
        };
        let address = address.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = address.parse::<IpAddr>() {
            let width = if address.is_ipv4() { 32 } else { 128 };
            let bits = bits.unwrap_or(width);
            return (bits <= width).then_some(Self::Network { address, bits });
        }
        let domain = text.trim_matches('.').to_ascii_lowercase();
        (bits.is_none() && !domain.is_empty()).then_some(Self::Domain(domain))
    }
}

fn is_within(network: IpAddr, bits: u32, address: IpAddr) -> bool {
    let differ = match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => (network.to_bits() ^ address.to_bits()).leading_zeros(),
        (IpAddr::V6(network), IpAddr::V6(address)) => (network.to_bits() ^ address.to_bits()).leading_zeros(),
        _ => return false,
    };
    differ >= bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cover_themselves_and_what_is_below_them() {
        let list = Bypass::from_list("Example.com, .other.org ,,a.b");
        for host in ["example.com", "EXAMPLE.COM", "x.example.com", "other.org", "x.other.org", "a.b."] {
            assert!(list.covers(host), "{host}");
        }
        for host in ["notexample.com", "example.com.evil.org", "com", "b", "10.0.0.1", ""] {
            assert!(!list.covers(host), "{host}");
        }
    }

    #[test]
    fn addresses_and_networks_cover_addresses() {
        let list = Bypass::from_list("10.0.0.0/8,192.168.1.7,2001:db8::/33,[::1],0.0.0.1/31");
        for host in ["10.255.0.1", "192.168.1.7", "[2001:db8:7fff::1]", "[::1]", "::ffff:10.0.0.1", "0.0.0.0"]
        {
            assert!(list.covers(host), "{host}");
        }
        for host in ["11.0.0.1", "192.168.1.8", "[2001:db8:8000::1]", "[::2]", "h", "0.0.0.2"] {
            assert!(!list.covers(host), "{host}");
        }
        assert!(Bypass::from_list("0.0.0.0/0").covers("8.8.8.8"));
    }

    #[test]
    fn a_star_covers_all_and_what_is_not_understood_covers_nothing() {
        assert!(Bypass::from_list("x,*").covers("h") && Bypass::from_list("*").covers("1.1.1.1"));
        for list in ["", ",", ".", "10.0.0.0/33", "10.0.0.0/x", "h/8", "*.h", "h:443", "https://h"] {
            assert!(!Bypass::from_list(list).covers("h"), "{list}");
            assert!(!Bypass::from_list(list).covers("10.0.0.0"), "{list}");
        }
    }
}
