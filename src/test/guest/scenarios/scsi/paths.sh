# Both portals at once under dm-multipath; each path is lost while files are written: first by silence, then by resets.
for module in dm-multipath dm-service-time scsi_dh_alua nft_reject_inet; do modprobe "$module" || fail "no $module"; done
mkdir -p /etc/multipath
cat > /etc/multipath.conf <<'C'
defaults {
  find_multipaths no
  user_friendly_names yes
  polling_interval 1
  max_polling_interval 1
  path_grouping_policy group_by_prio
  prio alua
  path_checker tur
  no_path_retry 60
  failback immediate
  fast_io_fail_tmo 2
}
blacklist {
  devnode "^(vd|loop|ram)"
}
C
PORTALS="$PORTAL $OTHER"
for p in $PORTALS; do
  iscsiadm -m node -T "$TARGET" -p "$p" >/dev/null 2>&1 || iscsiadm -m node -T "$TARGET" -p "$p" -o new >/dev/null || fail "node $p"
  for each in "node.session.timeo.replacement_timeout 2" "node.conn[0].timeo.noop_out_interval 1" "node.conn[0].timeo.noop_out_timeout 2"; do
    iscsiadm -m node -T "$TARGET" -p "$p" -o update -n "${each% *}" -v "${each#* }" || fail "setting $each"
  done
  iscsiadm -m node -T "$TARGET" -p "$p" -l >/dev/null || fail "login over $p"
done
path_disk() { # PORTAL: the disk of its session
  local i s d
  for i in $(seq 200); do
    for s in /sys/class/iscsi_session/session*; do
      [ "$(cat "$s"/device/connection*/iscsi_connection/*/persistent_port 2>/dev/null)" = "${1##*:}" ] || continue
      for d in "$s"/device/target*/*:"$LUN"/block/*; do [ -b "/dev/${d##*/}" ] && { echo "${d##*/}"; return 0; }; done
    done
    sleep 0.1
  done
  return 1
}
ONE=$(path_disk "$PORTAL") && TWO=$(path_disk "$OTHER") || fail "no disk of each path"
udevadm settle -t 10
multipathd || fail multipathd
M=
for i in $(seq 100); do
  multipath -v0 >/dev/null 2>&1
  M=$(ls /dev/mapper/mpath* 2>/dev/null | head -1); [ -b "$M" ] && break; sleep 0.2
done
[ -b "$M" ] || { multipath -ll; fail "no multipath device"; }
state()  { cat "/sys/block/$1/device/access_state"; }
active() { multipathd show paths raw format '%d %t %T %o' | grep -cE '^sd[a-z]+ +active +ready +running'; }
await()  { # WHAT COMMAND...
  local i what=$1; shift
  for i in $(seq 600); do "$@" >/dev/null 2>&1 && { echo "ok $what"; return 0; }; sleep 0.1; done
  multipath -ll; fail "never: $what"
}
paths()  { [ "$(active)" = "$1" ]; }
is()     { [ "$(state "$1")" = "$2" ]; }
await "both paths are active" paths 2
await "path 1 is optimized" is "$ONE" active/optimized
await "path 2 is optimized" is "$TWO" active/optimized

groups() { [ "$(multipathd show maps raw format '%N' | head -1)" = 2 ] && multipath -ll | grep -c 'policy=' | grep -q "^$1\$"; }
sg_stpg --active --tp=2 "/dev/$ONE" || fail demote
await "the kernel heard that path 2 is worse" is "$TWO" active/non-optimized
await "and it has a group of its own" groups 2
sg_stpg --optimized --tp=2 "/dev/$ONE" || fail promote
await "the kernel heard that it is as good again" is "$TWO" active/optimized
await "and both are in one group" groups 1

must mkfs mkfs.ext4 -q -F "$M"
must mount mount "$M" /mnt
mkdir /mnt/f
written() { ls /tmp/copies 2>/dev/null | wc -l; }
( i=0; while [ ! -e /tmp/enough ]; do i=$((i + 1)); synced /mnt/f "$i" $((30000 + i % 50 * 777)); sleep 0.1; done ) > /tmp/writer 2>&1 &
WRITER=$!
more()   { [ "$(written)" -ge "$1" ]; }
sever()  { # PORT drop|reset
  nft add table inet cut
  nft add chain inet cut out '{ type filter hook output priority 10; }'
  case $2 in
    drop) nft add rule inet cut out ip daddr 10.0.2.2 tcp dport "$1" drop ;;
    reset) nft add rule inet cut out ip daddr 10.0.2.2 tcp dport "$1" reject with tcp reset ;;
  esac
}
lose()   { # PORTAL HOW
  await "files are written" more $(($(written) + 3))
  say "$1 $2"
  sever "${1##*:}" "$2"
  await "the path is lost" paths 1
  await "writing goes on" more $(($(written) + 5))
  nft delete table inet cut
  await "the path is back" paths 2
}
lose "$PORTAL" drop
lose "$OTHER" reset
touch /tmp/enough
wait $WRITER || { cat /tmp/writer; fail "a write failed"; }
echo 3 > /proc/sys/vm/drop_caches
synced_intact /mnt/f "over all"
umount /mnt || fail umount
must "fsck finds nothing" e2fsck -fn "$M"
multipathd shutdown >/dev/null; sleep 0.5; multipath -F
iscsiadm -m node -u >/dev/null || fail logout
