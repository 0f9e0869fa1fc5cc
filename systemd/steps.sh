# What install.sh and uninstall.sh share: where things go, and steps that are shown.

prefix=/opt/weir
config=/etc/weir/config.toml
# /etc/systemd/system is the administrator's: units that `systemctl edit --full` puts there
# come before these, and upgrades leave them alone.
units=/usr/local/lib/systemd/system
commands=/usr/local/bin

say() { echo "== $*"; }
run() { echo "   $*" && "$@"; }
fail() { echo "failed: $*" >&2 && exit 1; }
need_root() { [ "$(id -u)" = 0 ] || fail "needs root: sudo make ..."; }

# While an image is built, systemd does not run; units are enabled all the same.
runs_here() { [ -d /run/systemd/system ]; }

files_of() {
  case $1 in
  capture) echo weir-capture.service weir-time.service weir-drive.timer weir-drive.service ;;
  analysis) echo weir-analysis.service weir-review.service ;;
  *) fail "expected capture or analysis, not '$1'" ;;
  esac
}

# Prints the extras that a daemon always needs; sun is for schedules by sunrise.
extras_of() {
  case $1 in capture) echo sun ;; *) echo analysis ;; esac
}
