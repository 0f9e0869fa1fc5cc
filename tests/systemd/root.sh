#!/bin/bash
# Builds the guest's root and becomes its systemd: PID 1 of new namespaces.
# usage: root.sh DISK LOWER   (DISK/up keeps what the guest writes; LOWER is shown below)
set -eu
disk=$1 lower=$2
root=$disk/root
mkdir -p "$disk/up" "$disk/work" "$root"
mount -t overlay overlay -o "lowerdir=$lower,upperdir=$disk/up,workdir=$disk/work" "$root"
mount --make-rprivate /
[ -e "$root/etc/udev/rules.d/00-guest.rules" ] ||
  "$(dirname "$0")/prepare.sh" "$root" "$disk"

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
mkdir -p "$root/run/udev"
: >"$root/run/udev/control" # systemd listens to udev only if this is there at its start
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
