//! What a log does not say and the importer infers.

use expect_test::expect;
use pageturner::import::strace::import;
use pageturner::lab::recording::step_json;

/// The commands of a small log, a line each.
fn commands(log: &str) -> String {
    let imported = import(log).unwrap();
    let session = imported.recording.replay().unwrap();
    assert_eq!(session.check(), [""; 0]);
    let steps = imported.recording.steps.iter().filter(|(_, at)| at.is_some());
    steps.map(|(command, at)| step_json(command, *at)).collect::<Vec<_>>().join("\n")
}

#[test]
fn files_have_names_without_y_and_exec_closes() {
    let log = r#"
1 execve("/bin/a", ["a"], 0x7ffc /* 1 var */) = 0
1 brk(NULL) = 0x555555560000
1 openat(AT_FDCWD, "/etc/x", O_RDONLY|O_CLOEXEC) = 3
1 dup2(3, 9) = 9
1 mmap(0x10000, 8000, PROT_READ, MAP_SHARED|MAP_FIXED, 9, 0x3000) = 0x10000
1 fork() = 2
2 close(9) = 0
2 mmap(NULL, 1, PROT_READ|PROT_EXEC, MAP_PRIVATE, 3, 0) = 0x20000
2 execve("/bin/b", ["b"], 0x7ffc /* 1 var */) = 0
2 mmap(NULL, 1, PROT_NONE, MAP_PRIVATE|MAP_NORESERVE, 3, 0) = 0x20000
2 +++ killed by SIGBUS +++
"#;
    expect![[r#"
        {"do":"spawn","pid":1,"name":"a","at":[2,3]}
        {"do":"exec","pid":1,"name":"a","brk":"0x555555560000","at":[2,3]}
        {"do":"brk","pid":1,"addr":"0x0","at":[3,3]}
        {"do":"mmap","pid":1,"addr":"0x10000","pages":2,"prot":"r","flags":["shared","fixed"],"file":"/etc/x","pgoff":3,"at":[6,3]}
        {"do":"fork","pid":1,"child":2,"at":[7,3]}
        {"do":"mmap","pid":2,"addr":"0x20000","pages":1,"prot":"rx","flags":["private","fixed"],"file":"/etc/x","at":[9,3]}
        {"do":"exec","pid":2,"name":"b","at":[10,3]}
        {"do":"mmap","pid":2,"addr":"0x20000","pages":1,"prot":"none","flags":["private","noreserve","fixed"],"file":"fd 3","at":[11,3]}
        {"do":"note","text":"killed by SIGBUS","at":[12,3]}
        {"do":"exit","pid":2,"at":[12,3]}"#]]
    .assert_eq(&commands(log));
}

#[test]
fn what_execve_mapped_is_inferred() {
    // Pages that a call changes but none has mapped; of a process that was there before the log began.
    let log = "
7 mprotect(0x10000, 8192, PROT_READ) = 0
7 mprotect(0x20000, 4096, PROT_READ|PROT_WRITE) = 0
7 brk(NULL) = 0x90001
7 munmap(0x30000, 4096) = 0
7 mremap(0x11000, 4096, 8192, MREMAP_MAYMOVE) = 0x40000
7 mprotect(0x11000, 4096, PROT_NONE) = 0
7 brk(0x92001) = 0x92001
7 brk(0x91001) = 0x91001
7 brk(0x1) = 0x91001
";
    expect![[r#"
        {"do":"spawn","pid":1,"name":"process 7","at":[2,3]}
        {"do":"exec","pid":1,"name":"process 7","brk":"0x91000","at":[2,3]}
        {"do":"mmap","pid":1,"addr":"0x10000","pages":2,"prot":"rw","flags":["private","fixed"],"file":"[exec image]","at":[2,3]}
        {"do":"mmap","pid":1,"addr":"0x20000","pages":1,"prot":"r","flags":["private","fixed"],"file":"[exec image]","pgoff":16,"at":[2,3]}
        {"do":"mprotect","pid":1,"addr":"0x10000","pages":2,"prot":"r","at":[2,3]}
        {"do":"mprotect","pid":1,"addr":"0x20000","pages":1,"prot":"rw","at":[3,3]}
        {"do":"brk","pid":1,"addr":"0x0","at":[4,3]}
        {"do":"munmap","pid":1,"addr":"0x30000","pages":1,"at":[5,3]}
        {"do":"mremap","pid":1,"addr":"0x11000","pages":1,"new_pages":2,"to":"0x40000","may_move":true,"at":[6,3]}
        {"do":"mmap","pid":1,"addr":"0x11000","pages":1,"prot":"rw","flags":["private","anonymous","fixed"],"at":[7,3]}
        {"do":"mprotect","pid":1,"addr":"0x11000","pages":1,"prot":"none","at":[7,3]}
        {"do":"brk","pid":1,"addr":"0x92001","at":[8,3]}
        {"do":"brk","pid":1,"addr":"0x91001","at":[9,3]}
        {"do":"note","text":"brk(0x1) was refused: the break stays at 0x91001","at":[10,3]}"#]]
    .assert_eq(&commands(log));
}

#[test]
fn a_vfork_child_lives_in_its_parents_memory_until_it_calls_execve() {
    let log = r#"
1 execve("/bin/a", ["a"], 0x7ffc) = 0
1 vfork( <unfinished ...>
2 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x10000
2 execve("/bin/b", ["b"], 0x7ffc <unfinished ...>
1 <... vfork resumed>) = 2
2 <... execve resumed>) = 0
2 exit_group(0) = ?
2 +++ exited with 0 +++
1 clone3({flags=CLONE_VM|CLONE_THREAD, stack=0x7f}, 88) = 3
3 munmap(0x10000, 4096) = 0
3 exit(0) = ?
1 munmap(0x20000, 4096) = 0
1 exit_group(0) = ?
"#;
    expect![[r#"
        {"do":"spawn","pid":1,"name":"a","at":[2,3]}
        {"do":"exec","pid":1,"name":"a","at":[2,3]}
        {"do":"mmap","pid":1,"addr":"0x10000","pages":1,"prot":"r","flags":["private","anonymous","fixed"],"at":[4,3]}
        {"do":"note","text":"strace shows a vfork or a clone with CLONE_VM: until now the child lived in its parent's address space; here it is a fork","at":[7,3]}
        {"do":"fork","pid":1,"child":2,"at":[7,3]}
        {"do":"exec","pid":2,"name":"b","at":[7,3]}
        {"do":"exit","pid":2,"at":[8,3]}
        {"do":"munmap","pid":1,"addr":"0x10000","pages":1,"at":[11,3]}
        {"do":"munmap","pid":1,"addr":"0x20000","pages":1,"at":[13,3]}
        {"do":"exit","pid":1,"at":[14,3]}"#]]
    .assert_eq(&commands(log));
}
