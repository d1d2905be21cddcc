//! The model against kernel runs that were recorded (`runs/recorded.txt`): on every host. In wasm `web/tests` does it.

use pageturner_linux::stored;

const RECORDED: &str = include_str!("../runs/recorded.txt");

#[test]
fn recorded_runs_agree() {
    let calls = stored::check(RECORDED).unwrap_or_else(|difference| panic!("{difference}"));
    assert!(calls > 500, "{calls} calls");
}

#[test]
fn every_kind_of_call_is_recorded() {
    let kinds: Vec<&str> = stored::kinds(RECORDED).into_iter().collect();
    let wanted = "exit fork madvise mincore mlock mlockall mmap mprotect mremap msync munlock munlockall munmap pread pwrite read spawn touch truncate write";
    assert_eq!(kinds.join(" "), wanted);
    for reply in ["> ENOMEM", "> EINVAL", "> EFAULT", "> EEXIST", "> SIGSEGV", "> SIGBUS"] {
        assert!(RECORDED.lines().any(|line| line == reply), "{reply} is recorded");
    }
}

#[test]
fn a_changed_answer_is_noticed() {
    let changed = RECORDED.replacen("rw-p", "r--p", 1);
    assert!(stored::check(&changed).is_err());
}
