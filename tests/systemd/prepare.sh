#!/bin/bash
# Makes this machine's root, seen through an overlay, a guest's: once for each disk.
# usage: prepare.sh ROOT
set -eu
root=$1
units=$root/etc/systemd/system
tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
: >"$root/etc/fstab"
rm -rf "$units"/*.wants "$root"/var/log/journal

# What has no hardware or no business here.
for unit in getty.target console-getty.service systemd-journald-audit.socket \
  systemd-logind.service systemd-timesyncd.service systemd-networkd.service \
  systemd-resolved.service systemd-sysctl.service systemd-modules-load.service \
  systemd-binfmt.service systemd-remount-fs.service systemd-random-seed.service \
  systemd-update-utmp.service systemd-update-utmp-runlevel.service \
  systemd-pstore.service systemd-firstboot.service systemd-machine-id-commit.service \
  kmod-static-nodes.service proc-sys-fs-binfmt_misc.automount sys-kernel-debug.mount \
  sys-kernel-tracing.mount sys-kernel-config.mount sys-fs-fuse-connections.mount \
  dev-hugepages.mount dev-mqueue.mount systemd-initctl.socket \
  systemd-tmpfiles-clean.timer systemd-pcrphase.service \
  systemd-pcrphase-sysinit.service systemd-sysusers.service; do
  ln -sf /dev/null "$units/$unit"
done
ln -sf /lib/systemd/system/multi-user.target "$units/default.target"

mkdir -p "$root/etc/systemd/journald.conf.d" "$root/etc/systemd/system.conf.d"
cat >"$root/etc/systemd/journald.conf.d/guest.conf" <<END
[Journal]
Storage=persistent
ReadKMsg=no
Audit=no
RateLimitBurst=0
ForwardToSyslog=no
END

# Devices are looked for at the start as on any machine, but for sticks only.
mkdir -p "$units/systemd-udev-trigger.service.d"
cat >"$units/systemd-udev-trigger.service.d/guest.conf" <<END
[Service]
ExecStart=
ExecStart=-udevadm trigger --action=add --subsystem-match=block --sysname-match=loop*
END

# It would like to open more files than this machine lets a guest.
mkdir -p "$units/dbus.service.d"
printf '[Service]\nLogLevelMax=err\n' >"$units/dbus.service.d/guest.conf"
