#!/bin/sh
# Builds paykka-sign-0.1.0.jar into the folder that is named: the classes, and the shared library in it where JNA looks, so
# that whoever takes the jar needs neither Rust nor a C compiler. JNA itself is a dependency and isn't in it.
#
# The library is taken from PAYKKA_SIGN_LIBRARY, or from where `cargo build --release -p paykka-sign-ffi` puts it; JNA's jar
# from JNA_JAR, or from where Debian's libjna-java puts it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$here/../..
library=${PAYKKA_SIGN_LIBRARY:-$root/target/release/libpaykka_sign_ffi.so}
jna=${JNA_JAR:-/usr/share/java/jna.jar}
if [ $# -ne 1 ]; then
    echo "usage: $0 FOLDER" >&2
    exit 2
fi
for file in "$library" "$jna"; do
    if [ ! -f "$file" ]; then
        echo "$file isn't there: see the comment at the top of $0" >&2
        exit 1
    fi
done

content=$(mktemp -d)
trap 'rm -rf "$content"' EXIT
javac --release 11 -encoding UTF-8 -Xlint:all -Werror -cp "$jna" -d "$content" "$here"/src/paykka/sign/*.java
mkdir -p "$content/linux-x86-64" "$content/META-INF" "$1"
cp "$library" "$content/linux-x86-64/libpaykka_sign_ffi.so"
cp "$root/LICENSE-APACHE" "$root/LICENSE-MIT" "$content/META-INF/"
printf 'Automatic-Module-Name: paykka.sign\nImplementation-Version: 0.1.0\n' > "$content/manifest"
jar --create --file "$1/paykka-sign-0.1.0.jar" --manifest "$content/manifest" \
    -C "$content" paykka -C "$content" linux-x86-64 -C "$content" META-INF
