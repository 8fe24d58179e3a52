//! The address of a caller.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap},
};

/// The address of a caller: that of the connection, or what the outermost trusted proxy saw.
///
/// `trusted` is how many proxies of ours stand in front. The client can write what it likes into
/// `X-Forwarded-For`, so the count is from the right. Without [`ConnectInfo`] all callers are one.
pub(crate) fn address(headers: &HeaderMap, extensions: &Extensions, trusted: usize) -> IpAddr {
    let direct = extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip());
    let Some(back) = trusted.checked_sub(1) else { return direct.to_canonical() };
    let seen: Vec<IpAddr> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|address| address.trim().parse().ok())
        .collect();
    seen.iter().rev().nth(back).copied().unwrap_or(direct).to_canonical()
}

/// Whom an address counts as: one person has a whole network of IPv6 addresses (a /64), so they
/// count as one.
pub(crate) fn group(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{Extensions, HeaderMap, HeaderValue};

    use super::{address, group};

    #[test]
    fn only_what_trusted_proxies_wrote_counts() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("6.6.6.6, 1.2.3.4, 10.0.0.1"));
        let seen = |trusted| address(&headers, &Extensions::new(), trusted).to_string();
        assert_eq!(seen(0), "0.0.0.0");
        assert_eq!(seen(1), "10.0.0.1");
        assert_eq!(seen(2), "1.2.3.4");
    }

    #[test]
    fn a_network_of_addresses_counts_as_one() {
        let grouped = |address: &str| address.parse().map(|address| group(address).to_string());
        assert_eq!(grouped("2001:db8:1:2:aaaa::1"), Ok("2001:db8:1:2::".to_owned()));
        assert_eq!(grouped("::ffff:1.2.3.4"), Ok("1.2.3.4".to_owned()));
    }
}
