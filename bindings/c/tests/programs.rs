//! Programs in C against the header and both libraries, compiled with every warning an error:
//! one that uses everything and gets everything wrong, and the sample of docs/BINDINGS.md. They
//! run plainly and, where there is valgrind, with every byte that they touch or lose watched.

#[cfg(test)]
mod tests {
    use std::env;
    use std::ffi::OsStr;
    use std::fs;
    use std::io::Write as _;
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use expect_test::expect_file;

    const ROOT: &str = env!("CARGO_MANIFEST_DIR");

    /// Cargo puts what it builds for tests beside them.
    fn libraries() -> PathBuf {
        env::current_exe().unwrap().parent().unwrap().to_owned()
    }

    fn output(command: &mut Command) -> String {
        let done = command.output().unwrap();
        let errors = String::from_utf8_lossy(&done.stderr);
        assert!(
            done.status.success(),
            "{command:?}: {}\n{errors}",
            done.status
        );
        assert_eq!(errors, "", "{command:?}");
        String::from_utf8(done.stdout).unwrap()
    }

    fn compiled(source: &Path, name: &str, library: &[&OsStr]) -> PathBuf {
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let strict = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror"];
        let mut compiler = Command::new("cc");
        compiler
            .args(strict)
            .arg("-I")
            .arg(format!("{ROOT}/include"));
        output(compiler.arg(source).arg("-o").arg(&program).args(library));
        program
    }

    /// What the program prints, which is the same with the static and the shared library, and
    /// under the eyes of valgrind.
    fn printed(source: &Path, name: &str) -> String {
        let folder = libraries();
        let archive = folder.join("libemvqr_c.a");
        let system = ["-lpthread", "-ldl", "-lm"].map(OsStr::new);
        let library = [&[archive.as_os_str()], system.as_slice()].concat();
        let program = compiled(source, name, &library);
        let text = output(&mut Command::new(&program));

        let library = [
            OsStr::new("-L"),
            folder.as_os_str(),
            OsStr::new("-lemvqr_c"),
        ];
        let shared = compiled(source, &format!("{name}-shared"), &library);
        let shared = output(Command::new(shared).env("LD_LIBRARY_PATH", &folder));
        assert_eq!(shared, text);

        if has_valgrind() {
            let watched = [
                "--quiet",
                "--error-exitcode=99",
                "--leak-check=full",
                "--show-leak-kinds=definite,indirect,possible",
                "--errors-for-leak-kinds=definite,indirect,possible",
            ];
            let watched = output(Command::new("valgrind").args(watched).arg(&program));
            assert_eq!(watched, text);
        }
        text
    }

    /// On CI nothing may be left out; elsewhere a line says what was, past the test's capture.
    fn has_valgrind() -> bool {
        let found = Command::new("valgrind").arg("--version").output().is_ok();
        if !found {
            let is_ci = env::var("CI").is_ok_and(|value| value == "true");
            assert!(
                !is_ci,
                "nothing may be left out when CI=true: valgrind is missing"
            );
            let line = b"left out: the C binding under valgrind; to have it: install `valgrind`\n";
            std::io::stderr().write_all(line).unwrap();
        }
        found
    }

    #[test]
    fn everything_is_called_and_every_mistake_answered() {
        let source = Path::new(ROOT).join("tests/program.c");
        let text = printed(&source, "program");
        expect_file![format!("{ROOT}/tests/program.txt")].assert_eq(&text);
    }

    /// The inside of the page's only block of this language.
    fn block(page: &str, language: &str) -> String {
        let opening = format!("```{language}\n");
        let (_, rest) = page.split_once(&opening).unwrap();
        assert!(!rest.contains(&opening), "two blocks of {language}");
        rest.split_once("```").unwrap().0.to_owned()
    }

    #[test]
    fn sample_of_the_page_prints_what_the_page_says() {
        let page = fs::read_to_string(format!("{ROOT}/../../docs/BINDINGS.md")).unwrap();
        let source = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sample.c");
        fs::write(&source, block(&page, "c")).unwrap();
        assert_eq!(printed(&source, "sample"), block(&page, "text"));
    }
}
