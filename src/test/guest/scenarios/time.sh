# time.sh TARGET PORTAL LUN CLONE-LUN: a filesystem that is snapshot, cloned and rolled back by the host.
# The filesystem ends before the disk does: in the last block the guest sees what the host has done to the volume.
TARGET=$1 PORTAL=$2 LUN=$3 CLONE=$4
initiator_up iqn.2026-11.test.guest:linux
iscsiadm -m discovery -t sendtargets -p "$PORTAL" || fail discovery
login
D=$(disk "$LUN") || fail "no disk"
udevadm settle -t 10
must mkfs mkfs.ext4 -q -F -b 4096 "$D" 65536
must mount mount "$D" /mnt
fill /mnt/kept
sums /mnt/kept > /tmp/kept
sync
say snapshot while writing
mkdir /mnt/busy
( i=0; while [ ! -e /tmp/enough ]; do head -c 70000 /dev/urandom > "/mnt/busy/$((i % 50))"; i=$((i + 1)); [ $((i % 7)) = 0 ] && sync; done ) &
WRITER=$!
sleep 2
echo "MARK busy"
for i in $(seq 12); do
  iscsiadm -m session --rescan >/dev/null 2>&1
  C=$(disk "$CLONE") && break
done
[ -n "$C" ] || fail "the clone never showed up"
touch /tmp/enough; wait $WRITER
say "the clone beside the original"
mkdir /clone
must "mount the clone" mount "$C" /clone
intact "files of the clone" /clone/kept /tmp/kept
rm -rf /clone/busy; fill /clone/own; sums /clone/own > /tmp/own; sync
echo 3 > /proc/sys/vm/drop_caches
intact "new files of the clone" /clone/own /tmp/own
intact "files of the original" /mnt/kept /tmp/kept
[ -e /mnt/own ] && fail "the clone shows through"
umount /clone || fail "umount clone"
umount /mnt || fail umount
must "fsck of the clone" e2fsck -fn "$C"
must "fsck of the original" e2fsck -fn "$D"

say rollback
must mount mount "$D" /mnt
for f in /mnt/kept/*; do head -c 5000 /dev/urandom > "$f"; done
sync
umount /mnt || fail umount
flag "$D"
echo "MARK ruined"
await_host "$D" "rolled back"
must "mount what was rolled back" mount "$D" /mnt
intact "files after the rollback" /mnt/kept /tmp/kept

umount /mnt || fail umount
must "fsck after the rollback" e2fsck -fn "$D"
must "mount the clone again" mount "$C" /clone
intact "the clone is untouched" /clone/own /tmp/own
umount /clone
logout
say end
