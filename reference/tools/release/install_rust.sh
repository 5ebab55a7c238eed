#!/bin/sh
# Installs Rust in one of cibuildwheel's Linux containers. The installer is a pinned one and its checksum is looked at before
# it runs; what it installs, $RUSTUP_TOOLCHAIN of pyproject.toml, it checks by itself.
set -eu

rustup=1.29.0
libc=gnu
if ls /lib/ld-musl-* >/dev/null 2>&1; then libc=musl; fi

# As published beside https://static.rust-lang.org/rustup/archive/$rustup/*/rustup-init.
case "$(uname -m)-$libc" in
    x86_64-gnu) host=x86_64-unknown-linux-gnu sha256=4acc9acc76d5079515b46346a485974457b5a79893cfb01112423c89aeb5aa10 ;;
    aarch64-gnu) host=aarch64-unknown-linux-gnu sha256=9732d6c5e2a098d3521fca8145d826ae0aaa067ef2385ead08e6feac88fa5792 ;;
    armv*-gnu) host=armv7-unknown-linux-gnueabihf sha256=124e02253af9128f9e27ea1ac929cbb73cf44cf35469d0f594a1b62f7b71fea1 ;;
    ppc64le-gnu) host=powerpc64le-unknown-linux-gnu sha256=4bfff85bd3967d988e14567aa9cc6ab0ea386f0ffeff0f9f14d23f0103bf1f97 ;;
    s390x-gnu) host=s390x-unknown-linux-gnu sha256=66c2c132428b6b77803facb02cbdf33b89d20c00bd20da142be8cb651f2e7cd8 ;;
    riscv64-gnu) host=riscv64gc-unknown-linux-gnu sha256=7e43f2b2e6307d61da17a4dff61e6bceef408b8189822df64e1094590d2a70f9 ;;
    x86_64-musl) host=x86_64-unknown-linux-musl sha256=9cd3fda5fd293890e36ab271af6a786ee22084b5f6c2b83fd8323cec6f0992c1 ;;
    aarch64-musl) host=aarch64-unknown-linux-musl sha256=88761caacddb92cd79b0b1f939f3990ba1997d701a38b3e8dd6746a562f2a759 ;;
    ppc64le-musl) host=powerpc64le-unknown-linux-musl sha256=e15d033af90b7a55d170aac2d82cc28ddd96dbfcdda7c6d4eb8cb064a99c4646 ;;
    *) echo "Rust has no compiler that runs on $(uname -m) with $libc" >&2; exit 1 ;;
esac

curl --proto '=https' --tlsv1.2 --fail --silent --show-error --location --retry 5 --output /tmp/rustup-init \
    "https://static.rust-lang.org/rustup/archive/$rustup/$host/rustup-init"
echo "$sha256  /tmp/rustup-init" | sha256sum -c -
chmod +x /tmp/rustup-init
/tmp/rustup-init -y --no-modify-path --profile minimal --default-host "$host" --default-toolchain "$RUSTUP_TOOLCHAIN"
rm /tmp/rustup-init
ln -s "$HOME"/.cargo/bin/* /usr/local/bin
