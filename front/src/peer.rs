//! The address of a caller.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap},
};
use ipnet::IpNet;
use serde::{Deserialize, Deserializer, de::Error as _};

/// A proxy of ours, or a network of them: `10.0.0.7` or `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Proxy(IpNet);

impl Proxy {
    fn is(&self, address: IpAddr) -> bool {
        self.0.contains(&address)
    }
}

impl<'de> Deserialize<'de> for Proxy {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let one = || text.parse::<IpAddr>().ok().map(IpNet::from);
        text.parse().ok().or_else(one).map(Self).ok_or_else(|| {
            D::Error::custom(format!("`{text}` is not an address or a network such as 10.0.0.0/8"))
        })
    }
}

/// The address of a caller: that of the connection, or, if that is a proxy of ours, what the
/// outermost proxy of ours saw.
///
/// The client can write what it likes into `X-Forwarded-For`. So the header counts only behind a
/// named proxy, it is read from the right, and the first address that is none of ours is the
/// caller's. Without [`ConnectInfo`] all callers are one.
pub(crate) fn address(headers: &HeaderMap, extensions: &Extensions, trusted: &[Proxy]) -> IpAddr {
    let direct = extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip())
        .to_canonical();
    let ours = |address: IpAddr| trusted.iter().any(|proxy| proxy.is(address));
    let mut seen = direct;
    let forwarded = headers.get_all("x-forwarded-for").iter().rev();
    for text in forwarded.flat_map(|value| value.to_str().unwrap_or_default().rsplit(',')) {
        // What cannot be read was not written by a proxy of ours; nor was what stands before it.
        let Some(before) = read(text.trim()).filter(|_| ours(seen)) else { break };
        seen = before;
    }
    seen
}

/// An address; some proxies write the port behind it.
fn read(text: &str) -> Option<IpAddr> {
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    text.parse().ok().or_else(with_port).map(|address: IpAddr| address.to_canonical())
}

/// Whom an address counts as: one person has a whole network of IPv6 addresses (a /64), so they
/// count as one.
#[must_use]
pub fn group(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use axum::{
        extract::ConnectInfo,
        http::{Extensions, HeaderMap, HeaderValue},
    };

    use super::{Proxy, address, group};

    fn seen(from: &str, forwarded: &[&'static str], trusted: &[&str]) -> String {
        let (mut headers, mut extensions) = (HeaderMap::new(), Extensions::new());
        for line in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_static(line));
        }
        extensions.insert(ConnectInfo(SocketAddr::new(from.parse().unwrap(), 4711)));
        let trusted: Vec<Proxy> =
            trusted.iter().map(|one| serde_json::from_value((*one).into()).unwrap()).collect();
        address(&headers, &extensions, &trusted).to_string()
    }

    #[test]
    fn only_what_named_proxies_wrote_counts() {
        let line = &["6.6.6.6, 1.2.3.4, 10.0.0.1"];
        assert_eq!(seen("10.0.0.2", line, &[]), "10.0.0.2", "nobody is named");
        assert_eq!(seen("7.7.7.7", line, &["10.0.0.0/8"]), "7.7.7.7", "past the proxy");
        assert_eq!(seen("10.0.0.2", line, &["10.0.0.0/8"]), "1.2.3.4");
        assert_eq!(seen("10.0.0.2", line, &["10.0.0.2"]), "10.0.0.1");
        assert_eq!(seen("::ffff:10.0.0.2", line, &["10.0.0.0/8"]), "1.2.3.4");
        assert_eq!(seen("10.0.0.2", &["6.6.6.6", "1.2.3.4:80"], &["10.0.0.0/8"]), "1.2.3.4");
        assert_eq!(seen("10.0.0.2", &["1.2.3.4, unknown"], &["10.0.0.0/8"]), "10.0.0.2");
        assert_eq!(seen("10.0.0.2", &[], &["10.0.0.0/8"]), "10.0.0.2");
    }

    #[test]
    fn what_is_no_address_is_no_proxy() {
        assert!(serde_json::from_value::<Proxy>("1".into()).is_err());
    }

    #[test]
    fn a_network_of_addresses_counts_as_one() {
        let grouped = |address: &str| address.parse().map(|address| group(address).to_string());
        assert_eq!(grouped("2001:db8:1:2:aaaa::1"), Ok("2001:db8:1:2::".to_owned()));
        assert_eq!(grouped("::ffff:1.2.3.4"), Ok("1.2.3.4".to_owned()));
    }
}
