#!/bin/bash
# Builds the guest's root and becomes its systemd: PID 1 of new namespaces.
# usage: root.sh DISK [BASE]   (DISK/up keeps what the guest writes; BASE is another disk)
set -eu
disk=$1 base=${2:-}
root=$disk/root lower=/
mkdir -p "$disk/up" "$disk/work" "$root"
if [ "$base" ]; then # a mount of its own: two layers may not lie in each other
  lower=$base/root
  mount -t overlay overlay -o "lowerdir=/,upperdir=$base/up,workdir=$base/work" "$lower"
fi
mount -t overlay overlay -o "lowerdir=$lower,upperdir=$disk/up,workdir=$disk/work" "$root"
mount --make-rprivate /
[ -e "$root/etc/systemd/journald.conf.d/guest.conf" ] ||
  "$(dirname "$0")/prepare.sh" "$root"

mount -t proc -o nosuid,noexec,nodev proc "$root/proc"
for file in sys sysrq-trigger; do # the machine's settings are not the guest's to change
  [ -e "$root/proc/$file" ] || continue
  mount --bind "$root/proc/$file" "$root/proc/$file"
  mount -o remount,bind,ro "$root/proc/$file"
done
mount -t sysfs -o nosuid,noexec,nodev sysfs "$root/sys" # writable, else udev stays away
mount -t cgroup2 -o nosuid,noexec,nodev cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755,nosuid,nodev tmpfs "$root/run"
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/tmp"
mount -t tmpfs -o mode=755,nosuid dev "$root/dev"

while read -r name major minor; do
  mknod -m 666 "$root/dev/$name" c "$major" "$minor"
done <<END
null 1 3
zero 1 5
full 1 7
random 1 8
urandom 1 9
tty 5 0
console 1 3
loop-control 10 237
END
for number in $(seq 0 63); do
  mknod -m 600 "$root/dev/loop$number" b 7 "$number"
done
mkdir "$root"/dev/pts "$root"/dev/shm "$root"/dev/mqueue
mount -t devpts -o newinstance,mode=620,ptmxmode=666,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s fd/0 "$root/dev/stdin"
ln -s fd/1 "$root/dev/stdout"
ln -s fd/2 "$root/dev/stderr"
mkdir -p "$root/run/udev/rules.d"
: >"$root/run/udev/control" # systemd listens to udev only if this is there at its start
# Only the sticks of this guest are plugged into it: the loop devices of the machine, and
# those of other guests, are there for all to see.
cat >"$root/run/udev/rules.d/00-guest.rules" <<END
SUBSYSTEM=="block", ATTR{loop/backing_file}!="$disk/*", \
  ENV{UDEV_DISABLE_PERSISTENT_STORAGE_RULES_FLAG}="1", ENV{SYSTEMD_READY}="0"
END
ip link set lo up
hostname weir-guest

cd "$root"
mkdir -p .old
pivot_root . .old
umount -l /.old
rmdir /.old
mount --make-rshared / # so that a drive that is mounted later reaches running services
exec env -i container=weir PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb LANG=C.UTF-8 \
  setpriv --bounding-set=-sys_time,-sys_module,-sys_rawio,-mac_admin --inh-caps=-all \
  /lib/systemd/systemd --system --log-target=journal --show-status=no
