# DRIVE and EXTRAS: noted at each installation, and used again if the next gives none.

choices=$(dirname "$config")/installed

# Prints what was noted under a name; fails if nothing was.
noted() {
  grep -q "^$1=" "$choices" 2>/dev/null && sed -n "s/^$1=//p" "$choices"
}

choose_drive() {
  if [ -n "${DRIVE:-}" ]; then
    drive=$DRIVE
  elif drive=$(noted DRIVE); then
    echo "   DRIVE=$drive, as at the last installation"
  elif [ -e "$units/mnt-usb.mount" ] && ! grep -q '^Type=ext4' "$units/mnt-usb.mount"; then
    drive=fat # an older version made no note
    echo "   DRIVE=fat, as mnt-usb.mount is installed"
  else
    drive=ext4
  fi
}

choose_extras() {
  extras=${EXTRAS:-}
  if [ "$extras" = none ]; then
    extras=
  elif [ -z "$extras" ] && extras=$(noted "EXTRAS.$role" || extras_in_use) && [ -n "$extras" ]; then
    echo "   EXTRAS=$extras, as at the last installation (EXTRAS=none for none)"
  fi
}

# Finds extras by their packages, if an older version made no note.
extras_in_use() {
  for pair in av:simulated picamera:picamera; do
    [ ! -d "$(echo "$prefix"/lib/python3*/site-packages/"${pair%:*}")" ] || echo "${pair#*:}"
  done | paste -s -d ,
}

note_choices() {
  other=analysis
  [ "$role" = capture ] || other=capture
  kept=$(noted "EXTRAS.$other" || true)
  [ "$role" = capture ] || drive=$(noted DRIVE || true)
  {
    echo "# What make install-* was told; an upgrade that is told nothing goes by it."
    [ -z "$drive" ] || echo "DRIVE=$drive"
    echo "EXTRAS.$role=$extras"
    [ -z "$kept" ] || echo "EXTRAS.$other=$kept"
  } >"$choices.new"
  run mv "$choices.new" "$choices"
}
