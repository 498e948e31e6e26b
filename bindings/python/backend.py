"""Builds the wheel (PEP 517, PEP 427) with nothing but Python's own library: the package, and the shared library in it, so
that whoever installs the wheel needs neither Rust nor a compiler.

The library is taken from PAYKKA_SIGN_LIBRARY, or from where `cargo build --release -p paykka-sign-ffi` puts it. A file that
PAYKKA_SIGN_NOTICES names goes along as the licences of what is linked into the library.
"""

import base64
import hashlib
import os
import pathlib
import re
import sysconfig
import zipfile

NAME = "paykka_sign"
VERSION = "0.1.0"
HERE = pathlib.Path(__file__).resolve().parent
LIBRARY = "libpaykka_sign_ffi.so"


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    native = library().read_bytes()
    # The library is for one platform, but for every version of Python: nothing in it is Python's.
    tag = f"py3-none-{platform(native)}"
    info = f"{NAME}-{VERSION}.dist-info"
    files = {f"{NAME}/{file.name}": file.read_bytes() for file in sorted((HERE / "src" / NAME).glob("*.py"))}
    files[f"{NAME}/py.typed"] = b""
    files[f"{NAME}/{LIBRARY}"] = native
    for name in ("LICENSE-APACHE", "LICENSE-MIT"):
        files[f"{info}/licenses/{name}"] = (HERE.parent.parent / name).read_bytes()
    notices = os.environ.get("PAYKKA_SIGN_NOTICES")
    if notices:
        files[f"{info}/licenses/THIRD-PARTY.txt"] = pathlib.Path(notices).read_bytes()
    files[f"{info}/METADATA"] = (
        "Metadata-Version: 2.1\n"
        "Name: paykka-sign\n"
        f"Version: {VERSION}\n"
        "Summary: Signing and verifying for the PayKKa OpenAPI\n"
        "Requires-Python: >=3.9\n"
        "License: MIT OR Apache-2.0\n"
        "Description-Content-Type: text/markdown\n\n"
    ).encode() + (HERE / "README.md").read_bytes()
    files[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: paykka\nRoot-Is-Purelib: false\nTag: {tag}\n".encode()
    record = f"{info}/RECORD"
    files[record] = "".join([*(f"{name},{digest(content)}\n" for name, content in files.items()), f"{record},,\n"]).encode()

    wheel = f"{NAME}-{VERSION}-{tag}.whl"
    with zipfile.ZipFile(pathlib.Path(wheel_directory) / wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            # A fixed time, so that the same content is the same wheel.
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return wheel


def build_sdist(sdist_directory, config_settings=None):
    raise SystemExit("paykka-sign has no source distribution: build a wheel, or `cargo build` the library and use the repository")


def library():
    told = os.environ.get("PAYKKA_SIGN_LIBRARY")
    file = pathlib.Path(told) if told else HERE.parent.parent / "target" / "release" / LIBRARY
    if not file.is_file():
        raise SystemExit(
            f"{file} isn't there: run `cargo build --release -p paykka-sign-ffi`, or name the library in PAYKKA_SIGN_LIBRARY"
        )
    return file


def platform(native):
    """Where the library runs. On Linux: with every glibc from the newest on of which it asks for a symbol (PEP 600).

    The numbers are looked for in the whole file, so an unrelated text could only make the demand greater, never smaller.
    """
    here = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    minors = [int(minor) for minor in re.findall(rb"GLIBC_2\.(\d+)", native)]
    return here.replace("linux_", f"manylinux_2_{max(minors)}_", 1) if here.startswith("linux_") and minors else here


def digest(content):
    hashed = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"sha256={hashed},{len(content)}"
