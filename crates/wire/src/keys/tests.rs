use expect_test::expect;

use super::*;

const SEED: [u8; 32] = [7; 32];

/// RFC 8037, appendix A.
const RFC_8037_JWK: &str =
    r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

#[test]
fn thumbprint_is_that_of_rfc_8037() {
    let key = PublicKey::from_jwk(RFC_8037_JWK.as_bytes()).unwrap();
    assert_eq!(
        key.kid().to_string(),
        "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    );
}

#[test]
fn key_survives_pem_and_openssl_can_read_it() {
    let key = SigningKey::from_seed(&SEED).unwrap();
    let pem = key.to_pem().unwrap();
    expect![[r#"
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH
        -----END PRIVATE KEY-----
    "#]]
    .assert_eq(&pem);
    assert_eq!(SigningKey::from_pem(&pem).unwrap().kid(), key.kid());
}

#[test]
fn pem_that_is_not_a_private_key_is_refused() {
    let good = SigningKey::from_seed(&SEED).unwrap().to_pem().unwrap();
    let public = good.replace("PRIVATE", "PUBLIC");
    let encrypted = good.replace("PRIVATE", "ENCRYPTED PRIVATE");
    let other_algorithm = good.replace("BQYDK2Vw", "BQYDK2Vu"); // X25519's object identifier
    let long = "\n".repeat(limits::PEM_BYTES_MAX) + &good;
    for (pem, expected) in [
        ("", KeyError::PemMalformed),
        ("hello", KeyError::PemMalformed),
        (&public, KeyError::PemMalformed),
        (&encrypted, KeyError::PemMalformed),
        (&other_algorithm, KeyError::PrivateKeyMalformed),
        (&long, KeyError::TooLong),
    ] {
        assert_eq!(SigningKey::from_pem(pem).unwrap_err(), expected, "{pem}");
    }
}

#[test]
fn generated_keys_differ() {
    let (a, b) = (
        SigningKey::generate().unwrap(),
        SigningKey::generate().unwrap(),
    );
    assert_ne!(a.kid(), b.kid());
}

#[test]
fn nothing_of_the_secret_is_printed() {
    let key = SigningKey::from_seed(&SEED).unwrap();
    expect!["SigningKey(--6IM5l0OosLj9yWskISYhUA3n_3CURQkmrYMSha_ck)"]
        .assert_eq(&format!("{key:?}"));
}

#[test]
fn signature_holds_for_its_message_its_key_and_its_domain_only() {
    let key = SigningKey::from_seed(&SEED).unwrap();
    let other = SigningKey::from_seed(&[8; 32]).unwrap();
    let signature = key.sign(Domain::Receipt, b"paid");
    assert!(key.public().verifies(Domain::Receipt, b"paid", &signature));

    assert!(!key.public().verifies(Domain::Receipt, b"Paid", &signature));
    assert!(
        !key.public()
            .verifies(Domain::QuoteToken, b"paid", &signature)
    );
    assert!(
        !key.public()
            .verifies(Domain::ScanToken, b"paid", &signature)
    );
    assert!(
        !key.public()
            .verifies(Domain::HttpMessage, b"paid", &signature)
    );
    assert!(
        !other
            .public()
            .verifies(Domain::Receipt, b"paid", &signature)
    );
    assert!(!key.public().verifies(Domain::Receipt, b"paid", &[]));
    let (_, cut) = signature.split_first().unwrap();
    assert!(!key.public().verifies(Domain::Receipt, b"paid", cut));
}

#[test]
fn points_of_small_order_are_no_keys() {
    for weak in SMALL_ORDER {
        let mut negative = weak;
        negative[31] |= 0x80;
        assert_eq!(PublicKey::from_bytes(weak), Err(KeyError::PublicKeyWeak));
        assert_eq!(
            PublicKey::from_bytes(negative),
            Err(KeyError::PublicKeyWeak)
        );
    }
    let mut near = SMALL_ORDER[2];
    near[0] ^= 1;
    assert!(PublicKey::from_bytes(near).is_ok());
}

#[test]
#[expect(clippy::string_slice, reason = "a kid is ASCII")]
fn kid_has_one_text() {
    let kid = SigningKey::from_seed(&SEED).unwrap().kid();
    let text = kid.to_string();
    assert_eq!(text.parse(), Ok(kid));
    assert_eq!(serde_json::to_string(&kid).unwrap(), format!("\"{text}\""));
    assert_eq!(
        serde_json::from_str::<Kid>(&format!("\"{text}\"")).unwrap(),
        kid
    );
    for bad in [
        "",
        "kid",
        &format!("{text}="),
        &text[1..],
        &format!("{}t", &text[..42]),
    ] {
        assert_eq!(bad.parse::<Kid>(), Err(KeyError::KidMalformed), "{bad}");
    }
}

fn check_jwk(document: &str, expected: Result<(), KeyError>) {
    let read = PublicKey::from_jwk(document.as_bytes()).map(|_| ());
    assert_eq!(read, expected, "{document}");
}

#[test]
fn a_jwk_is_read_when_it_can_only_mean_an_ed25519_signing_key() {
    let x = r#""x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#;
    let okp = format!(r#""kty":"OKP","crv":"Ed25519",{x}"#);
    for (members, expected) in [
        (okp.clone(), Ok(())),
        (
            format!(r#"{okp},"use":"sig","alg":"EdDSA","key_ops":["verify"],"nbf":1"#),
            Ok(()),
        ),
        (format!(r#"{okp},"alg":"Ed25519""#), Ok(())),
        (
            format!(r#"{okp},"kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k""#),
            Ok(()),
        ),
        (
            format!(r#"{okp},"kid":"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4g""#),
            Err(KeyError::KidMismatch),
        ),
        (
            format!(r#"{okp},"kid":"my key""#),
            Err(KeyError::KidMalformed),
        ),
        (format!(r#"{okp},"d":"nWGx""#), Err(KeyError::JwkPrivate)),
        (
            format!(r#"{okp},"use":"enc""#),
            Err(KeyError::JwkUnsupported),
        ),
        (
            format!(r#"{okp},"alg":"RS256""#),
            Err(KeyError::JwkUnsupported),
        ),
        (
            format!(r#""kty":"OKP","crv":"X25519",{x}"#),
            Err(KeyError::JwkUnsupported),
        ),
        (
            r#""kty":"RSA","n":"AQAB","e":"AQAB""#.to_owned(),
            Err(KeyError::JwkUnsupported),
        ),
        (
            r#""kty":"OKP","crv":"Ed25519""#.to_owned(),
            Err(KeyError::PublicKeyMalformed),
        ),
        (
            r#""kty":"OKP","crv":"Ed25519","x":"11qY""#.to_owned(),
            Err(KeyError::PublicKeyMalformed),
        ),
        (
            format!(r#""kty":"OKP","crv":"Ed25519","x":"{}""#, "A".repeat(43)),
            Err(KeyError::PublicKeyWeak),
        ),
        (format!(r#"{okp},{x}"#), Err(KeyError::JwkMalformed)),
        (r#""crv":"Ed25519""#.to_owned(), Err(KeyError::JwkMalformed)),
    ] {
        check_jwk(&format!("{{{members}}}"), expected);
    }
    check_jwk("[]", Err(KeyError::JwkMalformed));
    check_jwk("", Err(KeyError::JwkMalformed));
}

fn public(seed: u16) -> PublicKey {
    let [high, low] = seed.to_be_bytes();
    let mut bytes = [1; 32];
    (bytes[0], bytes[1]) = (high, low);
    SigningKey::from_seed(&bytes).unwrap().public()
}

#[test]
fn key_set_is_printed_and_read_back() {
    let jwks = Jwks::new([public(1), public(2)]).unwrap();
    let text = serde_json::to_string_pretty(&jwks.document()).unwrap();
    expect![[r#"
        {
          "keys": [
            {
              "kty": "OKP",
              "crv": "Ed25519",
              "x": "MHs7rWUdy9d0HU2r0hVNh0uK59Xh0UABVB_NuhIersc",
              "kid": "I8r17o-zw-oDkr5ypqnrJQocROcR07YeRKHGUn0RHD8",
              "use": "sig",
              "alg": "EdDSA"
            },
            {
              "kty": "OKP",
              "crv": "Ed25519",
              "x": "vRmzvK-Vw5I9CldC3h6DbPoaLAxbFsXK41KKTMK9ktg",
              "kid": "4bb0D4BQrOJT_yqBm56rxkW4e7dDSRupFsWwTxCogmQ",
              "use": "sig",
              "alg": "EdDSA"
            }
          ]
        }"#]]
    .assert_eq(&text);
    assert_eq!(Jwks::parse(text.as_bytes()), Ok(jwks.clone()));
    assert_eq!(jwks.find(&public(2).kid()), Some(public(2)));
    assert_eq!(jwks.find(&public(3).kid()), None);
    let by_prefix = jwks
        .with_prefix(public(1).kid().prefix())
        .copied()
        .collect::<Vec<_>>();
    assert_eq!(by_prefix, [public(1)]);
}

fn check_jwks(document: &str, expected: KeyError, why: &str) {
    assert_eq!(Jwks::parse(document.as_bytes()), Err(expected), "{why}");
}

#[test]
fn a_key_set_is_bounded_and_has_no_surprises() {
    let full = (0..=256).map(public).collect::<Vec<_>>();
    let (_, fits) = full.split_last().unwrap();
    let document = Jwks::new(fits.iter().copied()).unwrap().document();
    let text = serde_json::to_string_pretty(&document).unwrap();
    assert_eq!(
        Jwks::parse(text.as_bytes()).unwrap().keys().count(),
        limits::JWKS_KEYS_MAX
    );
    assert_eq!(Jwks::new(full), Err(KeyError::TooManyKeys));

    let key = RFC_8037_JWK;
    check_jwks(
        &format!(r#"{{"keys":[{key},{key}]}}"#),
        KeyError::KeyRepeated,
        "twice",
    );
    check_jwks(
        &format!(r#"{{"keys":{key}}}"#),
        KeyError::JwkMalformed,
        "no list",
    );
    check_jwks(key, KeyError::JwkMalformed, "one key is no set");
    check_jwks(
        r#"{"keys":[{"kty":"EC"}]}"#,
        KeyError::JwkUnsupported,
        "other kind",
    );
    let long = format!("{}{{\"keys\":[]}}", " ".repeat(limits::JWKS_BYTES_MAX));
    check_jwks(&long, KeyError::TooLong, "long");
    assert_eq!(Jwks::parse(br#"{"keys":[]}"#), Ok(Jwks::default()));
}
