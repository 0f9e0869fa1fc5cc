#!/bin/sh
# Installs a daemon: `sudo make install-capture`, `sudo make install-analysis`.
#
# It can be run again at any time, and then upgrades. PYTHON names the interpreter, WHEELS a
# folder of wheels to install from without a network (`make wheels-*`), EXTRAS more of
# pyproject.toml's extras, DRIVE the footage drive's format: ext4 or fat (also for exFAT).
# If EXTRAS and DRIVE are not given, they stay as they were.
set -eu
umask 022

here=$(cd "$(dirname "$0")" && pwd)
. "$here/steps.sh"
. "$here/choices.sh"
role=${1:-}
python=$(command -v "${PYTHON:-python3}") || fail "PYTHON=$PYTHON: no such program"

main() {
  need_root
  say "Installing weir-$role"
  choose_drive
  choose_extras
  check
  make_user
  check_python
  "make_folders_$role"
  make_venv
  install_package
  [ "$role" = capture ] || open_inbox
  install_config
  install_units
  [ "$role" = analysis ] || install_drive
  note_choices
  restart_running
  [ "$role" = capture ] || restart_page
  find_keygen
  echo
  sed "1,/^---- $role/d; /^----/,\$d" "$here/next.txt"
}

check() {
  files_of "$role" >/dev/null
  [ -d "$here/$drive" ] || fail "DRIVE=$drive: expected ext4 or fat"
  [ -d "${WHEELS:-/}" ] || fail "WHEELS=$WHEELS: no such folder"
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 9))' ||
    fail "$python: Weir needs Python 3.9 or later; name one with PYTHON=..."
}

make_user() {
  say "The user weir, whom the daemons run as"
  getent group weir >/dev/null || run groupadd --system weir
  getent passwd weir >/dev/null || run useradd --system --gid weir --no-create-home \
    --home-dir /nonexistent --shell /usr/sbin/nologin weir
}

# This is checked before anything is changed, so that what runs now goes on if it fails.
check_python() {
  runuser -u weir -- "$python" -c "" ||
    fail "the user weir may not run $python; name another with PYTHON=/usr/bin/python3"
}

make_folders_capture() {
  say "The camera's groups, as far as they are here, and the drive's mount point"
  for group in video render; do
    getent group $group >/dev/null && run usermod --append --groups $group weir
  done
  # It is root's, so that the daemon cannot film into it while no drive is mounted.
  [ -d /mnt/usb ] || run install -d -m 755 /mnt/usb
}

make_folders_analysis() {
  say "The group weir-upload, and the folders it drops into and reads from"
  getent group weir-upload >/dev/null || run groupadd --system weir-upload
  run install -d -o weir -g weir-upload -m 2750 /var/lib/weir
  for folder in done rejected receipts results labels; do
    make_own 2750 "/var/lib/weir/$folder"
  done
  # Sticky: members do not remove or rename what others dropped.
  make_own 3770 /var/lib/weir/inbox
  run install -d -m 755 /etc/weir /etc/weir/models
}

# As the service's user: in its folder, a link could make root give other files away.
make_own() {
  [ ! -L "$2" ] || fail "$2 is a link, to $(readlink "$2"); expected a folder: remove it"
  run as_service install -d -m "$1" "$2"
}

as_service() { runuser -u weir -g weir-upload -- "$@"; }

make_venv() {
  say "A virtual environment in $prefix"
  set --
  # The Pi's own picamera2 must be found; it has to fit the system's libcamera.
  if [ "$role" = capture ] || [ -e "$units/weir-capture.service" ]; then
    set -- --system-site-packages
  fi
  # What was installed for another Python version cannot be used.
  same_python || set -- "$@" --clear
  run "$python" -m venv "$@" "$prefix" ||
    fail "$python has no venv; on Debian and its kin: apt install python3-venv"
}

same_python() { [ "$("$prefix/bin/python" -V 2>&1)" = "$("$python" -V 2>&1)" ]; }

install_package() {
  say "Weir and what it needs (minutes, on a small Pi)"
  # From a copy, because building would leave root's files in somebody's checkout.
  source=$(mktemp -d)
  trap 'rm -rf "$source"' EXIT
  (cd "$here/.." && cp -R weir capture analysis pyproject.toml README.md "$source")
  wanted=$(extras_of "$role")${extras:+,$extras}
  for other in capture analysis; do # its packages may have been cleared above
    [ "$other" != "$role" ] && [ -e "$units/weir-$other.service" ] || continue
    more=$(noted "EXTRAS.$other" || true)
    wanted=$wanted,$(extras_of "$other")${more:+,$more}
  done
  set -- -c "$here/../constraints.txt" "$source[$wanted]"
  [ -z "${WHEELS:-}" ] || set -- --no-index --find-links "$WHEELS" "$@"
  run "$prefix/bin/python" -m pip --disable-pip-version-check install -q "$@"
  run ln -sf "$prefix/bin/weir-$role" "$commands/weir-$role"
  run runuser -u weir -- "$commands/weir-$role" --version
}

open_inbox() {
  say "What members make in the inbox is the service's too, whatever their umask"
  # Root opens the script, because the service may not read a checkout in a home.
  run as_service "$prefix/bin/python" -I - /var/lib/weir/inbox <"$here/inbox.py"
}

install_config() {
  say "The config, $config"
  run install -d -m 755 "$(dirname "$config")"
  rm -f "$config.new"
  if [ ! -e "$config" ]; then
    run install -m 644 "$here/../config.toml" "$config"
  elif ! cmp -s "$here/../config.toml" "$config"; then
    echo "   $config is yours and stays; compare it with the new default:"
    run install -m 644 "$here/../config.toml" "$config.new"
  fi
}

install_units() {
  say "The units, in $units"
  run install -d -m 755 "$units"
  for file in $(files_of "$role"); do
    if [ "$file" = weir-review.service ] && ! has_extra review; then
      drop_page
      continue
    fi
    run install -m 644 "$here/$file" "$units/$file"
  done
  if runs_here; then run systemctl daemon-reload; fi
}

has_extra() { case ",$extras," in *",$1,"*) true ;; *) false ;; esac; }

# The extra was taken back.
drop_page() {
  [ -e "$units/weir-review.service" ] || return 0
  if runs_here; then run systemctl stop weir-review; fi
  run systemctl --quiet disable weir-review 2>/dev/null || true
  run rm -f "$units/weir-review.service"
}

install_drive() {
  say "The drive, mounted whenever one with the label WEIR is plugged in ($drive)"
  run install -m 755 "$here/weir-drive" "$prefix/bin/weir-drive"
  run install -m 644 "$here/$drive/mnt-usb.mount" "$units/mnt-usb.mount"
  run systemctl enable mnt-usb.mount
  runs_here || return 0
  run systemctl daemon-reload
  [ ! -b /dev/disk/by-label/WEIR ] || run systemctl start mnt-usb.mount ||
    echo "   the drive cannot be mounted; is it DRIVE=$drive? See: systemctl status mnt-usb.mount"
}

restart_running() {
  runs_here || return 0
  systemctl --quiet is-active "weir-$role" || return 0
  say "The running daemon is started again, with the new version; it keeps its work"
  run systemctl restart "weir-$role"
}

restart_page() {
  runs_here && has_extra review || return 0
  systemctl --quiet is-active weir-review || return 0
  say "The page for review is started again; it keeps all labels"
  run systemctl restart weir-review
}

find_keygen() {
  command -v ssh-keygen >/dev/null ||
    say "No ssh-keygen, which signs receipts and checks them: apt install openssh-client"
}

main
