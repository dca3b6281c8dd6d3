# rewind.sh TARGET PORTAL LUN: files that were removed come back when the host rewinds the volume to ten seconds before.
# The filesystem ends before the disk does: in the last block the guest sees what the host has done to the volume.
TARGET=$1 PORTAL=$2 LUN=$3
initiator_up iqn.2026-11.test.guest:linux
iscsiadm -m discovery -t sendtargets -p "$PORTAL" || fail discovery
login
D=$(disk "$LUN") || fail "no disk"
udevadm settle -t 10
must mkfs mkfs.ext4 -q -F -b 4096 "$D" 65536
must mount mount "$D" /mnt
fill /mnt/kept
sums /mnt/kept > /tmp/kept
fill /mnt/precious
sums /mnt/precious > /tmp/precious
sync
sleep 15
echo "MARK removing"
rm -rf /mnt/precious
sync
[ -e /mnt/precious ] && fail "rm did nothing"
umount /mnt || fail umount
flag "$D"
echo "MARK removed"
await_host "$D" rewound
must "mount what was rewound" mount "$D" /mnt
intact "files back after rm -rf" /mnt/precious /tmp/precious
intact "the others too" /mnt/kept /tmp/kept
umount /mnt || fail umount
must "fsck after the rewind" e2fsck -fn "$D"
logout
say end
