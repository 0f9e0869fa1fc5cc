#!/bin/sh
# Gathers what an installation without a network needs: `make wheels-capture WHEELS=dir`.
#
# Run it where there is a network, on a machine with the same processor type and Python as
# the one that is to be installed.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/steps.sh"
role=${1:-}
[ -n "${WHEELS:-}" ] || fail "name the folder: make wheels-$role WHEELS=dir"
venv=$(mktemp -d)
trap 'rm -rf "$venv"' EXIT

say "Wheels for $("${PYTHON:-python3}" -V), in $WHEELS"
(cd "$here/.." && cp -R weir capture analysis pyproject.toml README.md "$venv")
run "${PYTHON:-python3}" -m venv "$venv/venv"
run "$venv/venv/bin/python" -m pip --disable-pip-version-check wheel -q -w "$WHEELS" \
  -c "$here/../constraints.txt" "$venv[$(extras_of "$role")${EXTRAS:+,$EXTRAS}]" setuptools
