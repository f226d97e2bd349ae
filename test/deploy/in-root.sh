#!/bin/sh
# Runs a command in a root folder (see base.ts), as a container engine does:
#   in-root.sh ROOT BASE rw|ro USER WORKDIR NAME=VALUE ... COMMAND [ARGUMENT ...]
# It must be the first process of new mount and process namespaces (unshare --mount --pid --fork). The system is that of the machine,
# but /usr/local comes from the folder BASE. For builds, NPM_CACHE may name the folder in which npm caches packages.
set -eu
root=$1 base=$2 access=$3 user=$4 workdir=$5
shift 5

mount --bind "$root" "$root"
mount --bind -o ro /usr "$root/usr"
mount --bind -o ro "$base" "$root/usr/local"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
if [ -n "${NPM_CACHE:-}" ]; then
  mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
  mkdir "$root/tmp/npm"
  mount --bind "$NPM_CACHE" "$root/tmp/npm"
fi
if [ "$access" = ro ]; then
  mount -o remount,bind,ro "$root"
  mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
fi

# Root, in a build, keeps its rights. Other users get the rights that `cap_drop: ALL` and `no-new-privileges` leave.
if [ "$user" = 0 ]; then
  set -- env -i "$@"
else
  set -- setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs --bounding-set -all --inh-caps -all env -i "$@"
fi
# shellcheck disable=SC2016 # expanded by the inner shell
exec chroot "$root" /bin/sh -c 'cd "$1" && shift && exec "$@"' sh "$workdir" "$@"
