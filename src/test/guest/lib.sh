# What every scenario starts with.
set -u
say()  { echo "== [$(cut -d' ' -f1 /proc/uptime)] $*"; }
fail() { echo "FAIL: $*"; dmesg | tail -15; exit 1; }
must() { local what=$1; shift; "$@" >/tmp/must.out 2>&1 || { cat /tmp/must.out; fail "$what: $*"; }; echo "ok $what"; }
await()  { # WHAT COMMAND...: until the command succeeds; the limit is for what never will
  local i what=$1; shift
  for i in $(seq 2000); do "$@" >/tmp/await.out 2>&1 && { echo "ok $what"; return 0; }; sleep 0.1; done
  cat /tmp/await.out; fail "never: $what"
}

initiator_up() { # NAME
  local i
  modprobe -q iscsi_tcp || fail "no iscsi_tcp"
  modprobe -q sd_mod
  udevd --daemon; udevadm trigger; udevadm settle -t 5
  echo "InitiatorName=$1" > /etc/iscsi/initiatorname.iscsi
  mkdir -p /etc/iscsi/nodes /etc/iscsi/send_targets
  iscsid
  for i in $(seq 50); do [ -s /run/iscsid.pid ] && return 0; sleep 0.1; done
  fail "iscsid did not start"
}
setting() { iscsiadm -m node -T "$TARGET" -p "$PORTAL" -o update -n "$1" -v "$2" || fail "setting $1"; }
login()  { iscsiadm -m node -T "$TARGET" -p "$PORTAL" -l || fail login; }
logout() { iscsiadm -m node -T "$TARGET" -p "$PORTAL" -u || fail logout; }

disk() { # LUN: its block device, once the kernel has it
  local i d
  for i in $(seq 200); do
    for d in /sys/class/scsi_disk/*:"$1"/device/block/*; do
      [ -b "/dev/${d##*/}" ] && { echo "/dev/${d##*/}"; return 0; }
    done
    sleep 0.1
  done
  return 1
}
fill() { # DIRECTORY: files of many sizes with random content
  local i
  mkdir -p "$1"
  for i in $(seq 20); do head -c $((i * 9123)) /dev/urandom > "$1/small$i"; done
  dd if=/dev/urandom of="$1/large" bs=1M count=8 status=none
}
synced() { # DIRECTORY NAME BYTES: a file of random content, on the disk when this returns, with a copy in memory
  mkdir -p /tmp/copies
  head -c "$3" /dev/urandom > "/tmp/copies/$2"
  dd if="/tmp/copies/$2" of="$1/$2" bs=1M conv=fsync status=none || fail "write $2"
}
synced_intact() { # DIRECTORY WHAT: all files that were synced there are as their copies
  [ -s /tmp/synced ] || sums /tmp/copies > /tmp/synced
  must "$(wc -l < /tmp/synced) synced files intact $2" sh -c "cd $1 && sha256sum -c --quiet /tmp/synced"
}
sums()  { (cd "$1" && find . -type f ! -name sums -print0 | sort -z | xargs -0 sha256sum); }
tail_of() { echo $(($(cat "/sys/block/${1##*/}/size") / 8 - 1)); } # DISK: its last block of 4 KiB
flag() { # DISK: marks its last block, which no filesystem here reaches
  printf '%-4096s' flagged | dd of="$1" bs=4096 seek="$(tail_of "$1")" oflag=direct iflag=fullblock status=none || fail flag
}
flagged() { dd if="$1" bs=4096 skip="$(tail_of "$1")" count=1 iflag=direct status=none | tr -d '\0' | grep -q .; }
await_host() { # DISK WHAT: until the host has put other content under the mark
  local i
  for i in $(seq 1200); do flagged "$1" || { echo "ok $2"; return 0; }; sleep 0.1; done
  fail "the host never did: $2"
}
intact() { # WHAT DIRECTORY SUMS
  must "$1" sh -c "cd $2 && sha256sum -c --quiet $3"
}
