#!/bin/sh
# Makes the certificates by which the machines of a Dask cluster know each other:
#
#   systemd/certificates.sh FOLDER NAME...
#
# FOLDER gets the authority, ca.pem and ca-key.pem, unless it is there already, and for
# each NAME that has none a certificate NAME.pem and its key NAME-key.pem. A machine gets
# ca.pem and its own two files. Whoever holds a key of this authority can run programs on
# every machine of the cluster: keys are readable by their owner alone (0600), and
# ca-key.pem, which makes more of them, stays on no machine of the cluster.
set -eu

DAYS=3650
CURVE=prime256v1

[ $# -ge 2 ] || { echo "usage: $0 FOLDER NAME..." >&2; exit 2; }
command -v openssl >/dev/null || { echo "openssl is missing: sudo apt install openssl" >&2; exit 1; }
folder=$1
shift
for name in "$@"; do
  case $name in
    ''|ca|*-key|[.-]*|*[!A-Za-z0-9._-]*)
      echo "$name: expected a name of letters, digits, dots, _ and -, like desk or pi4" >&2
      exit 2 ;;
  esac
done

umask 077
mkdir -p "$folder"
cd "$folder"

# A file appears under its name when it is whole.
new_key() { openssl ecparam -name "$CURVE" -genkey -noout -out "$1.part" && mv "$1.part" "$1"; }

if [ ! -e ca.pem ]; then
  [ -e ca-key.pem ] || new_key ca-key.pem
  openssl req -x509 -new -key ca-key.pem -sha256 -days "$DAYS" -subj "/CN=Weir cluster" \
    -addext "basicConstraints=critical,CA:TRUE,pathlen:0" \
    -addext "keyUsage=critical,keyCertSign,cRLSign" -out ca.pem.part
  mv ca.pem.part ca.pem
fi
for name in "$@"; do
  if [ -e "$name.pem" ]; then
    echo "$name.pem is there already"
    continue
  fi
  [ -e ca-key.pem ] || { echo "$folder/ca-key.pem is missing: it signs new certificates" >&2; exit 1; }
  new_key "$name-key.pem"
  printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=DNS:%s\n' \
    "$name" > extensions.part
  openssl req -new -key "$name-key.pem" -subj "/CN=$name" -out request.part
  openssl x509 -req -in request.part -CA ca.pem -CAkey ca-key.pem -CAcreateserial \
    -sha256 -days "$DAYS" -extfile extensions.part -out "$name.pem.part" 2>/dev/null
  mv "$name.pem.part" "$name.pem"
  rm -f extensions.part request.part
  echo "$name.pem and $name-key.pem: for $name, with ca.pem"
done
