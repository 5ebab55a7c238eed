#!/bin/sh
# Installs $RUSTUP_TOOLCHAIN in one of cibuildwheel's Linux containers. The installer is pinned, and
# its checksum is compared before it runs. It verifies the toolchain that it downloads.
set -eu
rustup=1.29.0
libc=gnu
if ls /lib/ld-musl-* >/dev/null 2>&1; then libc=musl; fi
# Published beside https://static.rust-lang.org/rustup/archive/$rustup/*/rustup-init.
case "$(uname -m)-$libc" in
    x86_64-gnu) sha256=4acc9acc76d5079515b46346a485974457b5a79893cfb01112423c89aeb5aa10 ;;
    aarch64-gnu) sha256=9732d6c5e2a098d3521fca8145d826ae0aaa067ef2385ead08e6feac88fa5792 ;;
    x86_64-musl) sha256=9cd3fda5fd293890e36ab271af6a786ee22084b5f6c2b83fd8323cec6f0992c1 ;;
    aarch64-musl) sha256=88761caacddb92cd79b0b1f939f3990ba1997d701a38b3e8dd6746a562f2a759 ;;
    *) echo "no checksum of Rust's installer for $(uname -m) with $libc" >&2; exit 1 ;;
esac
host="$(uname -m)-unknown-linux-$libc"
curl --proto '=https' --tlsv1.2 --fail --silent --show-error --location --retry 5 --output /tmp/rustup-init \
    "https://static.rust-lang.org/rustup/archive/$rustup/$host/rustup-init"
echo "$sha256  /tmp/rustup-init" | sha256sum -c -
chmod +x /tmp/rustup-init
/tmp/rustup-init -y --no-modify-path --profile minimal --default-host "$host" --default-toolchain "$RUSTUP_TOOLCHAIN"
rm /tmp/rustup-init
ln -s "$HOME"/.cargo/bin/* /usr/local/bin
