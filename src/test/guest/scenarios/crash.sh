# crash.sh TARGET PORTAL LUN: files are written and synced one by one while the host kills the target and starts it again.
TARGET=$1 PORTAL=$2 LUN=$3
initiator_up iqn.2026-11.test.guest:linux
iscsiadm -m discovery -t sendtargets -p "$PORTAL" || fail discovery
setting node.session.timeo.replacement_timeout 120
setting node.conn[0].timeo.noop_out_interval 2
setting node.conn[0].timeo.noop_out_timeout 2
login
D=$(disk "$LUN") || fail "no disk"
udevadm settle -t 10
must mkfs mkfs.ext4 -q -F "$D"
must mount mount "$D" /mnt
mkdir /mnt/f
echo "MARK writing"
for i in $(seq 120); do
  synced /mnt/f "$i" $((40000 + i * 555))
  [ "$i" = 30 ] && echo "MARK kill me"
  [ "$i" = 75 ] && echo "MARK kill me again"
done
echo 3 > /proc/sys/vm/drop_caches
synced_intact /mnt/f "after the target came back"
# The journal must hold after a crash of the target alone: force a replay from the disk's own state.
umount /mnt || fail umount
must "fsck finds nothing" e2fsck -fn "$D"
logout
login
D=$(disk "$LUN") || fail "no disk after login"
udevadm settle -t 10
must "mount again" mount "$D" /mnt
synced_intact /mnt/f "after a new login"
umount /mnt
logout
say end
