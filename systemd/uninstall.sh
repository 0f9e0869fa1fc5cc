#!/bin/sh
# Removes a daemon: `sudo make uninstall-capture`, `sudo make uninstall-analysis`.
#
# Footage, results, config, the user and the groups stay.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
. "$here/steps.sh"
role=${1:-}

need_root
files=$(files_of "$role")
[ "$role" = analysis ] || files="$files mnt-usb.mount"

say "The units of weir-$role are stopped and removed"
for file in $files; do
  [ -e "$units/$file" ] || continue
  if runs_here; then run systemctl stop "$file"; fi
  run systemctl --quiet disable "$file" 2>/dev/null
  run rm -f "$units/$file"
done
if runs_here; then run systemctl daemon-reload; fi
run rm -f "$commands/weir-$role"

if [ -e "$units/weir-capture.service" ] || [ -e "$units/weir-analysis.service" ]; then
  say "$prefix stays: the other daemon runs from it"
else
  say "The programs are removed"
  run rm -rf "$prefix"
fi

# A person made these with `systemctl edit`; they would take effect at a new installation.
for file in $files; do
  for path in "/etc/systemd/system/$file" "/etc/systemd/system/$file.d"/*; do
    [ ! -e "$path" ] || echo "   stays, yours: $path"
  done
done
say "What stays: $(dirname "$config"), /var/lib/weir*, the drive, the user weir and its groups"
