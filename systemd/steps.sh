# What install.sh and uninstall.sh share: where things go, and steps that are shown.

prefix=/opt/weir
config=/etc/weir/config.toml
# Not /etc/systemd/system, which is the administrator's: what `systemctl edit --full` puts
# there goes before these, and an upgrade leaves it alone.
units=/usr/local/lib/systemd/system
commands=/usr/local/bin

say() { echo "== $*"; }
run() { echo "   $*" && "$@"; }
fail() { echo "failed: $*" >&2 && exit 1; }
need_root() { [ "$(id -u)" = 0 ] || fail "needs root: sudo make ..."; }

# In an image that is being built no systemd runs; units are enabled there all the same.
runs_here() { [ -d /run/systemd/system ]; }

files_of() {
  case $1 in
  capture) echo weir-capture.service weir-time.service weir-drive.service weir-drive.timer ;;
  analysis) echo weir-analysis.service ;;
  *) fail "expected capture or analysis, not '$1'" ;;
  esac
}

# Of pyproject.toml's extras; the camera's daemon films by the sun if it is asked to.
extras_of() {
  case $1 in capture) echo sun ;; *) echo analysis ;; esac
}
