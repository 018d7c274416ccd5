#!/bin/sh
# Makes the certificates of this folder: an authority, and servers that it vouches for, well and badly. They last a hundred
# years, except for `expired`, which was over in 2001.
set -eu
cd "$(dirname "$0")"
key="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
config=$(mktemp)
cat >"$config" <<END
[ca]
default_ca = here
[here]
database = $config.index
serial = $config.serial
new_certs_dir = $(dirname "$config")
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
END
: >"$config.index"
echo 01 >"$config.serial"
openssl req -x509 $key -keyout "$config.ca.key" -out authority.pem -days 36500 -subj "/CN=Test authority" \
  -addext basicConstraints=critical,CA:TRUE
openssl req -x509 $key -keyout "$config.other.key" -out other_authority.pem -days 36500 -subj "/CN=Other authority" \
  -addext basicConstraints=critical,CA:TRUE
server() { # name, extension lines, validity
  printf '%b' "$2" >"$config.ext"
  openssl req $key -keyout "$1.key" -out "$config.csr" -subj "/CN=localhost"
  openssl ca -batch -notext -config "$config" -cert authority.pem -keyfile "$config.ca.key" -extfile "$config.ext" \
    -in "$config.csr" -out "$1.pem" $3
}
server good "basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost\n" "-days 36500"
server other_name "basicConstraints=CA:FALSE\nsubjectAltName=DNS:other.example\n" "-days 36500"
server common_name_only "basicConstraints=CA:FALSE\n" "-days 36500"
server expired "basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost\n" "-startdate 000101000000Z -enddate 010101000000Z"
openssl req -x509 $key -keyout self_signed.key -out self_signed.pem -days 36500 -subj "/CN=localhost" \
  -addext subjectAltName=DNS:localhost
rm -f "$config" "$config".*
