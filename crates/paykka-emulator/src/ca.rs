//! Certificates for loopback, made at start: real TLS needs a real chain, and nobody shall have to make one by hand.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, NameConstraints,
};

use crate::Error;

/// A certificate authority that lives as long as the process. It vouches for `localhost`, `127.0.0.0/8` and `::1` alone.
pub struct LocalCa {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl LocalCa {
    /// Makes a new authority with a key of its own (ECDSA P-256).
    ///
    /// # Errors
    /// [`Error`] when the operating system gives no randomness.
    pub fn new() -> Result<Self, Error> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "PayKKa emulator, local CA");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        // Somebody may come to trust it for longer than a test; then it must be good for nothing else.
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: vec![
                GeneralSubtree::DnsName("localhost".to_owned()),
                GeneralSubtree::IpAddress(CidrSubnet::V4([127, 0, 0, 0], [255, 0, 0, 0])),
                GeneralSubtree::IpAddress(CidrSubnet::V6(Ipv6Addr::LOCALHOST.octets(), [255; 16])),
            ],
            excluded_subtrees: Vec::new(),
        });
        let key = KeyPair::generate().map_err(failed)?;
        let certificate = params.self_signed(&key).map_err(failed)?;
        Ok(Self { pem: certificate.pem(), issuer: Issuer::new(params, key) })
    }

    /// The authority's certificate as PEM, for clients to trust.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A certificate and key for a server on loopback.
    ///
    /// # Errors
    /// [`Error`] when the operating system gives no randomness.
    pub fn issue(&self) -> Result<ServerIdentity, Error> {
        self.issue_for(Ipv4Addr::LOCALHOST.into())
    }

    /// For a server at another address, too, if that is loopback's: this authority vouches for nothing else.
    pub(crate) fn issue_for(&self, address: IpAddr) -> Result<ServerIdentity, Error> {
        let mut names: Vec<_> = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into();
        let address = address.is_loopback().then(|| address.to_string());
        names.extend(address.filter(|address| !names.contains(address)));
        let mut params = CertificateParams::new(names).map_err(failed)?;
        params.distinguished_name.push(DnType::CommonName, "localhost");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        // RFC 5280 wants it, and Python since 3.13 refuses a certificate without it.
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().map_err(failed)?;
        let certificate = params.signed_by(&key, &self.issuer).map_err(failed)?;
        Ok(ServerIdentity { certificate_pem: certificate.pem(), key_pem: key.serialize_pem() })
    }
}

impl fmt::Debug for LocalCa {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalCa").finish_non_exhaustive()
    }
}

/// What a TLS server on loopback shows and keeps.
pub struct ServerIdentity {
    certificate_pem: String,
    key_pem: String,
}

impl ServerIdentity {
    /// A certificate of your own, with its chain behind it, and its private key (PKCS#8, PKCS#1 or SEC1), both as PEM. They
    /// are read when a server starts with them.
    #[must_use]
    pub fn from_pem(certificate_pem: impl Into<String>, key_pem: impl Into<String>) -> Self {
        Self { certificate_pem: certificate_pem.into(), key_pem: key_pem.into() }
    }

    /// The server's certificate as PEM.
    #[must_use]
    pub fn certificate_pem(&self) -> &str {
        &self.certificate_pem
    }

    /// The server's private key as PKCS#8 PEM.
    #[must_use]
    pub fn key_pem(&self) -> &str {
        &self.key_pem
    }
}

impl fmt::Debug for ServerIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerIdentity").finish_non_exhaustive()
    }
}

fn failed(error: rcgen::Error) -> Error {
    Error::new("a local certificate can't be made", error)
}
