#!/bin/sh
# Unpacks Cyrus IMAP 3.10 of Debian 13 and the libraries it is linked with into a folder to chroot into, where it can
# be beside Dovecot and on an older Debian. Nothing is installed, and no script of a package runs.
#
#     sh tests/servers/cyrus_root.sh [FOLDER]      as root; the folder is /var/cache/postern/cyrus by default
#
# A folder that this very script has filled is left as it is.
set -eu
root=${1:-${POSTERN_CYRUS:-/var/cache/postern/cyrus}}
script=$(cksum <"$0")
if [ -f "$root/.done" ] && [ "$(cat "$root/.done")" = "$script" ]; then exit 0; fi

# Not what the packages depend on but what their programs load: a third of the octets, without a mail server, Perl, systemd.
packages="cyrus-imapd cyrus-common sasl2-bin libsasl2-2 libsasl2-modules libsasl2-modules-db libc6 libgcc-s1 libstdc++6
  libssl3t64 zlib1g libzstd1 liblzma5 libcap2 libcom-err2 libkrb5-3 libk5crypto3 libkrb5support0 libkeyutils1
  libgssapi-krb5-2 libldap2 libpq5 libsqlite3-0 libdb5.3t64 libxapian30 libxml2 libical3t64 libicu76 libjansson4
  libpcre2-8-0 libpcre2-posix3 libuuid1 libwrap0 libnsl2 libtirpc3t64"

key=/usr/share/keyrings/debian-archive-keyring.gpg
[ "$(id -u)" = 0 ] && [ -f "$key" ] && command -v apt-get >/dev/null || {
  echo "Cyrus is unpacked by root, on Debian" >&2
  exit 1
}
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -n 1)
mkdir -p "$(dirname "$root")"
# Beside its place, so that it gets there whole or not at all.
work=$(mktemp -d "$root.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/debs" "$work/root"
: >"$work/status"
echo "deb [signed-by=$key] $mirror trixie main" >"$work/sources"
cat >"$work/conf" <<CONF
Dir::State::lists "$work/lists";
Dir::State::status "$work/status";
Dir::Etc::sourcelist "$work/sources";
Dir::Etc::sourceparts "$work/none";
Dir::Cache "$work/cache";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "3";
CONF
mkdir "$work/none"
export APT_CONFIG="$work/conf"
apt-get -qq update
# shellcheck disable=SC2086
(cd "$work/debs" && apt-get -qq download $packages)

cd "$work/root"
mkdir -p usr/bin usr/sbin usr/lib usr/lib64 usr/share/zoneinfo dev etc tmp
for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$folder"; done
# gconv and share hold nothing that the programs need, but for one list of time zones: it does not start without.
for deb in "$work"/debs/*.deb; do
  dpkg-deb --fsys-tarfile "$deb" | tar -xf - --keep-directory-symlink --exclude=./usr/share --exclude='./usr/lib/*/gconv'
done
chmod 1777 tmp
mknod -m 666 dev/null c 1 3
mknod -m 666 dev/urandom c 1 9
mknod -m 666 dev/random c 1 8
printf 'root:x:0:0::/:/bin/false\nmail:x:8:8::/:/bin/false\nnobody:x:65534:65534::/:/bin/false\n' >etc/passwd
printf 'root:x:0:\nmail:x:8:\nnogroup:x:65534:\n' >etc/group
printf 'GB\t+513030-0000731\tEurope/London\n' >usr/share/zoneinfo/zone.tab
printf '127.0.0.1 localhost\n' >etc/hosts
printf 'imap 143/tcp\nimaps 993/tcp\n' >etc/services
printf '%s\n' "$script" >.done
cd /
chmod 755 "$work/root"
rm -rf "$root"
mv -T "$work/root" "$root"
