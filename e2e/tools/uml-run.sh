#!/usr/bin/env bash
# Runs a command under User Mode Linux, a kernel that has WireGuard, IPIP, VXLAN, dummy and netem, and ends with the
# command's exit code. Root, no network but lo.
#
#   e2e/tools/uml-run.sh [-m MEGABYTES] [-s DIRECTORY] COMMAND [ARGUMENT…]
#
# The command sees the host's files; what it writes goes to a tmpfs and is lost, except below DIRECTORY (-s), which is
# shared with the host. WEFT_UML names another binary than that of uml.sh. It is no sandbox: root inside could mount the host's root writable.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
say() { printf 'weft: %s\n' "$*" >&2; }
memory=1536 shared=''
while getopts m:s: option; do
  case $option in
    m) memory=$OPTARG ;;
    s) shared=$(cd "$OPTARG" && pwd) ;;
    *) say "usage: uml-run.sh [-m MEGABYTES] [-s DIRECTORY] COMMAND [ARGUMENT...]"; exit 2 ;;
  esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || { say "usage: uml-run.sh [-m MEGABYTES] [-s DIRECTORY] COMMAND [ARGUMENT...]"; exit 2; }

linux=${WEFT_UML:-$(bash "$here/uml.sh")}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/weft-uml.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
mkfifo "$scratch/kernel-log"
{ # the command, its place and what of its environment it needs, quoted for the shell inside
  printf 'cd %q\n' "$PWD"
  for name in PATH HOME JAVA_HOME LANG WEFT_LAB_PATIENCE WEFT_LAB_KEEP; do
    [ -z "${!name:-}" ] || printf 'export %s=%q\n' "$name" "${!name}"
  done
  printf 'exec'; printf ' %q' "$@"; printf '\n'
} > "$scratch/command"
printf '%s' "$shared" > "$scratch/shared"

cat > "$scratch/init" <<INIT
#!/bin/sh
# First process inside: a writable view of the host's root, then the command, then power off.
mount -t proc proc /proc
mount -t tmpfs tmpfs /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay -o lowerdir=/,upperdir=/mnt/upper,workdir=/mnt/work overlay /mnt/root
cd /mnt/root || exit 1
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t devtmpfs devtmpfs dev
mkdir -p dev/pts dev/shm dev/net
mount -t devpts devpts dev/pts
mount -t tmpfs tmpfs dev/shm
mount -t tmpfs tmpfs run
ln -s /proc/self/fd dev/fd
for i in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/\${i%:*}" "dev/\${i#*:}"; done
[ -e dev/net/tun ] || mknod dev/net/tun c 10 200
mkdir -p "./$scratch" old
mount -t hostfs -o "$scratch" hostfs "./$scratch"
shared=\$(cat "./$scratch/shared")
if [ -n "\$shared" ]; then
  mkdir -p "./\$shared"
  mount -t hostfs -o "\$shared" hostfs "./\$shared"
fi
pivot_root . old
cd /
ip link set lo up
echo 0 > "$scratch/booted"
sh "$scratch/command" </dev/null >/dev/tty1 2>&1
echo \$? > "$scratch/exit"
sync
echo o > /proc/sysrq-trigger
sleep 10
INIT
chmod +x "$scratch/init"

memory_files=/dev/shm
[ -w "$memory_files" ] || memory_files=$scratch
status=0
TMPDIR=$memory_files "$linux" mem="${memory}M" rootfstype=hostfs rootflags=/ ro init="$scratch/init" \
  con=null con0=null,fd:2 con1=null,fd:1 quiet >&1 2>"$scratch/log" </dev/null || status=$?
if [ ! -s "$scratch/exit" ]; then
  say "User Mode Linux ended without the command's result (status $status); its last words:"
  head -n 60 "$scratch/log" >&2
  exit 70
fi
exit "$(cat "$scratch/exit")"
