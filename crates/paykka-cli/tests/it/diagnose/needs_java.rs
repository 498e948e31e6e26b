//! Java with the JDK alone, which is what most users of the platform write.

use std::process::Command;

use super::{BODY, BY_JAVA, Broken, MERCHANT, PATH, desk, judge};

#[test]
fn what_people_do_wrong_in_java_is_found() {
    let desk = desk();
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/diagnose/Broken.java");
    let mut java = Command::new("java");
    // What the arguments are read by, before Java 18.
    java.args(["-Dfile.encoding=UTF-8", "-Dsun.jnu.encoding=UTF-8"]).arg(program);
    java.arg(desk.path("merchant.private.pem")).arg(desk.path("platform.private.pem")).args([PATH, MERCHANT]);
    desk.put("body.json", BODY);
    let output = java.arg(desk.path("body.json")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let cases: Vec<Broken> = std::str::from_utf8(&output.stdout).unwrap().lines().map(Broken::read).collect();
    assert_eq!(judge(&desk, &cases), BY_JAVA);
}
