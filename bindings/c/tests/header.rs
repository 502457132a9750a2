//! The committed header is what the sources say.

#[cfg(test)]
mod tests {
    use expect_test::expect_file;

    #[test]
    fn header_is_fresh() {
        let root = env!("CARGO_MANIFEST_DIR");
        let config = cbindgen::Config::from_file(format!("{root}/cbindgen.toml")).unwrap();
        let sources = ["border", "reading", "status"].map(|name| format!("{root}/src/{name}.rs"));
        let builder = cbindgen::Builder::new().with_config(config);
        let builder = sources
            .iter()
            .fold(builder, |builder, path| builder.with_src(path));
        let mut header = Vec::new();
        builder.generate().unwrap().write(&mut header);
        let header = String::from_utf8(header).unwrap();
        // Rust has a heading for it, C has not.
        let header = header.replace(" # Safety\n\n", " The caller promises:\n");
        expect_file![format!("{root}/include/emvqr.h")].assert_eq(&header);
    }
}
