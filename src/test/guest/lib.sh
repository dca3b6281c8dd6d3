# What every scenario starts with.
set -u
say()  { echo "== [$(cut -d' ' -f1 /proc/uptime)] $*"; }
fail() { echo "FAIL: $*"; dmesg | tail -15; exit 1; }
must() { local what=$1; shift; "$@" >/tmp/must.out 2>&1 || { cat /tmp/must.out; fail "$what: $*"; }; echo "ok $what"; }

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
sums()  { (cd "$1" && find . -type f ! -name sums -print0 | sort -z | xargs -0 sha256sum); }
