# Both portals at once under dm-multipath. The operator makes a path worse and better again; then each path is lost while
# files are written, by silence and by resets.
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
  no_path_retry 240
  failback immediate
  fast_io_fail_tmo 2
}
blacklist {
  devnode "^(vd|loop|ram)"
}
C
for p in "$PORTAL" "$OTHER"; do
  iscsiadm -m node -T "$TARGET" -p "$p" >/dev/null 2>&1 || iscsiadm -m node -T "$TARGET" -p "$p" -o new >/dev/null || fail "node $p"
  for each in "node.session.timeo.replacement_timeout 2" "node.conn[0].timeo.noop_out_interval 1" "node.conn[0].timeo.noop_out_timeout 3"; do
    iscsiadm -m node -T "$TARGET" -p "$p" -o update -n "${each% *}" -v "${each#* }" || fail "setting $each"
  done
  must "login over $p" iscsiadm -m node -T "$TARGET" -p "$p" -l
done
path_disk() { # PORTAL: the disk of its session
  local i s d
  for i in $(seq 600); do
    for s in /sys/class/iscsi_session/session*; do
      [ "$(cat "$s"/device/connection*/iscsi_connection/*/persistent_port 2>/dev/null)" = "${1##*:}" ] || continue
      for d in "$s"/device/target*/*:"$LUN"/block/*; do [ -b "/dev/${d##*/}" ] && { echo "${d##*/}"; return 0; }; done
    done
    sleep 0.1
  done
  return 1
}
ONE=$(path_disk "$PORTAL") && TWO=$(path_disk "$OTHER") || fail "no disk of each path"
udevadm settle -t 60
multipathd || fail multipathd
M=
mapped() { M=$(ls /dev/mapper/mpath* 2>/dev/null | head -1); [ -b "$M" ] || { multipath -v0; return 1; }; }
await "a multipath device" mapped
state()  { cat "/sys/block/$1/device/access_state"; }
is()     { [ "$(state "$1")" = "$2" ]; }
show()   { multipathd show paths raw format "$1"; }
paths()  { [ "$(show '%d %t %T %o' | grep -cE '^sd[a-z]+ +active +ready +running')" = "$1" ]; }
prio()   { show '%d %p' | grep -qE "^$1 +$2 *\$"; }
groups() { [ "$(multipath -ll | grep -c 'policy=')" = "$1" ]; }
await "both paths are active" paths 2
for path in "$ONE" "$TWO"; do await "$path is optimized" is "$path" active/optimized; done

echo "MARK make portal 2 worse"
await "the kernel heard that path 2 is worse" is "$TWO" active/non-optimized
await "its priority is lower" prio "$TWO" 10
await "that of path 1 is not" prio "$ONE" 50
await "and it has a group of its own" groups 2
is "$ONE" active/optimized || fail "path 1 is $(state "$ONE")"
echo "MARK make portal 2 better"
await "the kernel heard that path 2 is as good again" is "$TWO" active/optimized
await "and both are in one group" groups 1

must mkfs mkfs.ext4 -q -F "$M"
must mount mount "$M" /mnt
mkdir /mnt/f
written() { ls /tmp/copies 2>/dev/null | wc -l; }
more()    { [ "$(written)" -ge "$1" ]; }
( i=0; while [ ! -e /tmp/enough ]; do i=$((i + 1)); synced /mnt/f "$i" $((30000 + i % 50 * 777)); sleep 0.1; done ) > /tmp/writer 2>&1 &
WRITER=$!
sever()  { # PORT drop|reset
  nft add table inet cut
  nft add chain inet cut out '{ type filter hook output priority 10; }'
  case $2 in
    drop) nft add rule inet cut out ip daddr 10.0.2.2 tcp dport "$1" drop ;;
    reset) nft add rule inet cut out ip daddr 10.0.2.2 tcp dport "$1" reject with tcp reset ;;
  esac
}
lose()   { # PORTAL HOW
  await "files are written" more $(($(written) + 2))
  say "$1 $2"
  sever "${1##*:}" "$2"
  await "the path is lost" paths 1
  await "writing goes on" more $(($(written) + 3))
  nft delete table inet cut
  await "the path is back" paths 2
}
for how in drop reset; do
  lose "$PORTAL" "$how"
  lose "$OTHER" "$how"
done
touch /tmp/enough
wait $WRITER || { cat /tmp/writer; fail "a write failed"; }
say "$(written) files"
echo 3 > /proc/sys/vm/drop_caches
synced_intact /mnt/f "over all"
umount /mnt || fail umount
must "fsck finds nothing" e2fsck -fn "$M"
if dmesg | grep -iE 'buffer i/o error|lost page|i/o error, dev dm-'; then fail "the kernel complained"; fi
multipathd shutdown >/dev/null
unmapped() { multipath -F; ! ls /dev/mapper/mpath* >/dev/null 2>&1; }
await "the multipath device is gone" unmapped
iscsiadm -m node -u >/dev/null || fail logout
