# lostdisk.sh TARGET PORTAL LUN: files are written and read back while the host takes a disk of the pool away.
TARGET=$1 PORTAL=$2 LUN=$3
initiator_up iqn.2026-11.test.guest:linux
iscsiadm -m discovery -t sendtargets -p "$PORTAL" || fail discovery
login
D=$(disk "$LUN") || fail "no disk"
udevadm settle -t 10
must mkfs mkfs.ext4 -q -F "$D"
must mount mount "$D" /mnt
mkdir /mnt/f
dmesg -c >/dev/null
echo "MARK writing"
for i in $(seq 100); do
  synced /mnt/f "$i" $((60000 + i * 777))
  [ "$i" = 40 ] && echo "MARK lose a disk"
  if [ $((i % 20)) = 0 ]; then echo 3 > /proc/sys/vm/drop_caches; cat /mnt/f/* > /dev/null || fail "read at $i"; fi
done
echo 3 > /proc/sys/vm/drop_caches
synced_intact /mnt/f "without the lost disk"
umount /mnt || fail umount
must "fsck finds nothing" e2fsck -fn "$D"
if dmesg | grep -iE 'i/o error|conn error|abort|lost page|medium error'; then fail "the kernel complained"; fi
logout
say end
